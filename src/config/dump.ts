// Program (`npm run config:dump`): writes the table of settings into docs/operations/configuration.md.

import fs from 'node:fs';
import { projectPath } from '../project-root.ts';
import { withSettingsTable } from './settings-table.ts';

const page = projectPath('docs', 'operations', 'configuration.md');
fs.writeFileSync(page, withSettingsTable(fs.readFileSync(page, 'utf8')));
