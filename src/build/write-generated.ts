import fs from 'node:fs';
import path from 'node:path';
import { diffLines } from 'diff';
import { describeError } from '../errors.ts';
import { projectPath } from '../project-root.ts';

/** A file that a program makes. */
export interface Generated {
  file: string;
  text: string;
}

const MOST_LINES = 80;

/** The lines that differ between two texts, as `-` and `+`. */
export function lineDifference(before: string, after: string): string[] {
  const ended = (text: string) => (text.endsWith('\n') ? text : `${text}\n`);
  return diffLines(ended(before), ended(after)).flatMap(({ added, removed, value }) => {
    if (!added && !removed) return [];
    const sign = added ? '+' : '-';
    return value
      .slice(0, -1)
      .split('\n')
      .map((line) => `${sign}${line}`);
  });
}

/**
 * Writes what a program makes, with the command that runs it. With `--check` it writes nothing, shows what differs, and the
 * program fails.
 */
export async function writeGenerated(
  command: string,
  make: () => Promise<Generated[]>,
): Promise<void> {
  const check = process.argv.includes('--check');
  try {
    for (const { file, text } of await make()) {
      const name = path.relative(projectPath(), file);
      const before = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
      if (before === text) {
        console.log(`${name}: up to date`);
      } else if (check) {
        console.error(`${name} is out of date (run \`${command}\`):`);
        console.error(lineDifference(before, text).slice(0, MOST_LINES).join('\n'));
        process.exitCode = 1;
      } else {
        fs.writeFileSync(file, text);
        console.log(`${name}: written`);
      }
    }
  } catch (error) {
    console.error(describeError(error));
    process.exitCode = 1;
  }
}
