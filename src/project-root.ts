import fs from 'node:fs';
import path from 'node:path';

function findRoot(start: string): string {
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (
      fs.existsSync(path.join(folder, 'package.json')) &&
      fs.existsSync(path.join(folder, 'sql'))
    ) {
      return folder;
    }
    if (folder === path.dirname(folder)) {
      throw new Error(`no folder with package.json and sql/ at or above ${start}`);
    }
  }
}

let root: string | undefined;

/** An absolute path inside the package, from the sources as from the build: `projectPath('sql', 'all.sql')`. */
export function projectPath(...segments: string[]): string {
  root ??= findRoot(import.meta.dirname);
  return path.join(root, ...segments);
}

/**
 * An absolute path in the tree that the code runs in: the package where Node runs the sources, its `dist/` where it runs the
 * build. For what the build makes or copies.
 */
export function codePath(...segments: string[]): string {
  return path.join(import.meta.dirname, '..', ...segments);
}
