import fs from 'node:fs';
import path from 'node:path';
import { projectPath } from '../project-root.ts';
import { LICENSES } from './bundle-packages.ts';

interface Manifest {
  version: string;
  license: string;
  keywords: string[];
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
}

/** A package that is a part of pgwave: its entries with all that they import, and no more. */
interface Part {
  name: string;
  description: string;
  node: string;
  /** By the path of the import; files without their ending, in `dist/`. */
  entries: Record<string, string>;
  /** What its code reads at run time: from `dist/`, else from the project. */
  beside: string[];
}

/** Who needs the client installs pg; who runs a worker, no GraphQL. */
const PARTS: Part[] = [
  {
    name: '@pgwave/client',
    description: 'Client of pgwave, the workflow engine for LLM work inside PostgreSQL',
    node: '>=20.11.0',
    entries: { '.': 'src/index', './script': 'src/script' },
    beside: [],
  },
  {
    name: '@pgwave/worker',
    description: 'Worker of pgwave, the workflow engine for LLM work inside PostgreSQL',
    node: '>=22.18.0',
    entries: { '.': 'workers/index', './script': 'src/script' },
    // A worker compares its version of sql/ with the database's.
    beside: ['sql', 'src/database/drop-behaviour.sql', `workers/models/${LICENSES}`],
  },
];

/** Packages that are needed only by who passes their values in, or by some of the functions. */
const OPTIONAL_PEERS: Record<string, string[]> = { '@pgwave/client': ['zod'] };

const IMPORT = /(?:^(?:import|export)\b[^;'"]*?|\bimport\(\s*|\brequire\()['"]([^'"]+)['"]/gms;

/** The modules that entries lead to, as JavaScript and as types, and the packages that they name. */
function closureOf(dist: string, entries: string[]) {
  const files = new Set<string>();
  const packages = new Set<string>();
  const follow = (file: string): void => {
    if (files.has(file) || !fs.existsSync(path.join(dist, file))) return;
    files.add(file);
    const text = fs.readFileSync(path.join(dist, file), 'utf8').replace(/^\s*(\*|\/\/).*$/gm, '');
    for (const [, specifier = ''] of text.matchAll(IMPORT)) {
      if (!specifier.startsWith('.')) packages.add(specifier);
      else followModule(path.join(path.dirname(file), specifier).replace(/\.js$/, ''));
    }
  };
  const followModule = (stem: string): void => {
    for (const ending of ['.js', '.d.ts']) follow(stem + ending);
    if (fs.existsSync(path.join(dist, `${stem}.js.map`))) files.add(`${stem}.js.map`);
  };
  for (const entry of entries) followModule(entry);
  const names = [...packages]
    .filter((specifier) => !specifier.startsWith('node:'))
    .map((specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] as string);
  return { files: [...files].sort(), packages: [...new Set(names)].sort() };
}

function manifestOf(part: Part, root: Manifest, packages: string[]) {
  const pick = (ranges: Record<string, string>) =>
    Object.fromEntries(Object.entries(ranges).filter(([name]) => packages.includes(name)));
  const optional = (OPTIONAL_PEERS[part.name] ?? []).filter((name) => packages.includes(name));
  return {
    name: part.name,
    version: root.version,
    description: part.description,
    keywords: root.keywords,
    license: root.license,
    type: 'module',
    engines: { node: part.node },
    exports: Object.fromEntries(
      Object.entries(part.entries).map(([name, stem]) => [
        name,
        { types: `./${stem}.d.ts`, default: `./${stem}.js` },
      ]),
    ),
    dependencies: { ...pick(root.dependencies), '@types/pg': root.dependencies['@types/pg'] },
    peerDependencies: pick(root.peerDependencies),
    peerDependenciesMeta: Object.fromEntries(optional.map((name) => [name, { optional: true }])),
  };
}

/** Writes the parts to `dist/packages/`, ready for `npm pack`. */
export function splitPackages(dist: string): void {
  const root = JSON.parse(fs.readFileSync(projectPath('package.json'), 'utf8')) as Manifest;
  for (const part of PARTS) {
    const folder = path.join(dist, 'packages', part.name.replace('@pgwave/', ''));
    const { files, packages } = closureOf(dist, Object.values(part.entries));
    for (const file of files) {
      fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      fs.copyFileSync(path.join(dist, file), path.join(folder, file));
    }
    for (const name of part.beside) {
      const built = path.join(dist, name);
      fs.cpSync(fs.existsSync(built) ? built : projectPath(name), path.join(folder, name), {
        recursive: true,
        filter: (file) => !file.endsWith('.md'),
      });
    }
    const manifest = manifestOf(part, root, packages);
    fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    for (const file of ['LICENSE', 'README.md']) {
      fs.copyFileSync(projectPath(file), path.join(folder, file));
    }
  }
}
