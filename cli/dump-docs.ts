// Program (`npm run docs:dump`): writes the pages that come from the program: all commands, and the table of settings.

import fs from 'node:fs';
import { withSettingsTable } from '../src/config/settings-table.ts';
import { projectPath } from '../src/project-root.ts';
import { writeReference } from './reference.ts';

const settings = projectPath('docs', 'operations', 'configuration.md');
fs.writeFileSync(settings, withSettingsTable(fs.readFileSync(settings, 'utf8')));
fs.writeFileSync(projectPath('docs', 'reference', 'commands.md'), await writeReference());
