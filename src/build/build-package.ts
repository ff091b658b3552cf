// Program (`npm run build`, and before `npm pack`): writes dist/, what npm publishes. Node strips no types inside
// node_modules, so the package holds JavaScript and declarations, in the same tree as the sources; the API is one bundle, and
// packages/ holds the client and the worker as packages of their own. sql/, migrations/ and
// graphql/ are published as they are, beside dist/.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { projectPath } from '../project-root.ts';
import { buildOldPages } from './build-pages.ts';
import { bundleApi, bundleMcp, bundleOpenAi } from './bundle-packages.ts';
import { splitPackages } from './split-packages.ts';

/** Files that the code reads from beside itself (`codePath`). */
const BESIDE = [
  'src/database/drop-behaviour.sql',
  'examples/posting-analysis/actors.yaml',
  'examples/posting-analysis/workflow.yaml',
  'examples/posting-analysis/schema.sql',
  'examples/posting-analysis/postings.jsonl',
];

function compile(): void {
  const tsc = projectPath('node_modules', 'typescript', 'bin', 'tsc');
  const project = projectPath('tsconfig.build.json');
  const { status } = spawnSync(process.execPath, [tsc, '--project', project], { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

/** tsc rewrites the endings of imports in JavaScript only; a declaration is to name its neighbour as the JavaScript does. */
function rewriteDeclarations(folder: string): void {
  for (const file of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.d.ts')) continue;
    const path = `${folder}/${file}`;
    const text = fs.readFileSync(path, 'utf8');
    fs.writeFileSync(path, text.replace(/(["']\.{1,2}\/[^"']*)\.ts(["'])/g, '$1.js$2'));
  }
}

function copyBeside(dist: string): void {
  for (const file of BESIDE) {
    const text = fs.readFileSync(projectPath(file), 'utf8');
    // The example's actors name scripts, which are JavaScript here.
    const built = file.endsWith('actors.yaml')
      ? text.replace(/^( *command: \[\w+)\.ts\b/gm, '$1.js')
      : text;
    fs.writeFileSync(`${dist}/${file}`, built);
  }
}

const dist = projectPath('dist');
fs.rmSync(dist, { recursive: true, force: true });
compile();
rewriteDeclarations(dist);
copyBeside(dist);
await bundleApi(dist);
await bundleOpenAi(dist);
await bundleMcp(dist);
splitPackages(dist);
await buildOldPages();
