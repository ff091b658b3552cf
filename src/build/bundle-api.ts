import fs from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { projectPath } from '../project-root.ts';

/** What the package depends on as everybody does; all else that the API needs becomes part of it. */
const SEPARATE = ['pg', 'ws', 'jose', 'zod'];

/**
 * Writes the API and PostGraphile as one module. grafserv depends on ruru, which brings GraphiQL, Monaco and React, 200 MB that
 * nobody's server needs; with `ruru` installed beside it, GraphiQL is served in development all the same.
 */
export async function bundleApi(dist: string): Promise<void> {
  const server = path.join(dist, 'graphql', 'server', 'server.js');
  const sources = path.join(dist, 'src') + path.sep;
  const build = await rolldown({
    input: server,
    platform: 'node',
    external: (id, importer) =>
      /^(node:|ruru(\/|$))/.test(id) ||
      SEPARATE.includes(id.split('/')[0] as string) ||
      path.resolve(path.dirname(importer ?? dist), id).startsWith(sources),
  });
  const { output } = await build.generate({ format: 'esm' });
  await build.close();
  const [bundle] = output;
  if (output.length !== 1) throw new Error(`the API became ${output.length} files`);
  fs.rmSync(path.join(dist, 'graphql'), { recursive: true });
  fs.mkdirSync(path.dirname(server), { recursive: true });
  fs.writeFileSync(server, bundle.code);
  const notices = path.join(path.dirname(server), 'THIRD-PARTY-LICENSES.txt');
  fs.writeFileSync(notices, licencesOf(bundle.moduleIds));
}

/** The package that a module belongs to: its folder, found by the last `node_modules` of the path. */
function packageFolder(file: string): string | undefined {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

/** The licence of each package whose modules these are. Throws where one has none. */
function licencesOf(modules: readonly string[]): string {
  const folders = new Set(modules.map(packageFolder).filter((folder) => folder !== undefined));
  const notices = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(
      fs.readFileSync(path.join(folder, 'package.json'), 'utf8'),
    ) as { name: string; version: string; license?: string };
    const file = fs.readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    if (file === undefined && license === undefined) throw new Error(`${name} has no license`);
    const text =
      file === undefined ? '' : `\n${fs.readFileSync(path.join(folder, file), 'utf8').trim()}\n`;
    return `${name} ${version} (${license})\n${text}`;
  });
  const root = projectPath('node_modules');
  return `Packages bundled into server.js, from ${path.basename(root)}:\n\n${notices.sort().join('\n---\n\n')}`;
}
