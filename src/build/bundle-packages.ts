import fs from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';

/** What the package depends on as everybody does; all else that the API needs becomes part of it. */
const SEPARATE = ['pg', 'ws', 'jose', 'zod'];

/**
 * Writes the API and PostGraphile as one module. grafserv depends on ruru, which brings GraphiQL, Monaco and React, 200 MB that
 * nobody's server needs; with `ruru` installed beside it, GraphiQL is served in development all the same.
 */
export async function bundleApi(dist: string): Promise<void> {
  const server = path.join(dist, 'graphql', 'server', 'server.js');
  const sources = ['src', 'mcp'].map((folder) => path.join(dist, folder) + path.sep);
  await bundle(
    server,
    (id, importer) =>
      /^(node:|ruru(\/|$))/.test(id) ||
      SEPARATE.includes(id.split('/')[0] as string) ||
      sources.some((folder) => path.resolve(path.dirname(importer ?? dist), id).startsWith(folder)),
    () => fs.rmSync(path.join(dist, 'graphql'), { recursive: true }),
  );
}

/** Makes the client of OpenAI's protocol a part of its provider: the package has 12 MB, what is called here 0.4. */
export async function bundleOpenAi(dist: string): Promise<void> {
  const provider = path.join(dist, 'workers', 'models', 'openai.js');
  await bundle(
    provider,
    (id, importer) => importer === provider && !/(^|\/node_modules\/)openai(\/|$)/.test(id),
    () => fs.rmSync(`${provider}.map`),
  );
}

/** Makes the packages of the Model Context Protocol a part of the module that names them. */
export async function bundleMcp(dist: string): Promise<void> {
  const protocol = path.join(dist, 'mcp', 'protocol.js');
  await bundle(
    protocol,
    (id) => /^(node:|zod(\/|$))/.test(id),
    () => fs.rmSync(`${protocol}.map`),
  );
}

/** Replaces a file by one module that holds all that it imports, except what is external, and writes its licenses beside it. */
async function bundle(
  file: string,
  external: (id: string, importer: string | undefined) => boolean,
  removeOld: () => void,
): Promise<void> {
  const build = await rolldown({ input: file, platform: 'node', external });
  const { output } = await build.generate({ format: 'esm' });
  await build.close();
  const [module] = output;
  if (output.length !== 1) throw new Error(`${file} became ${output.length} files`);
  removeOld();
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, module.code);
  const name = path.basename(file);
  fs.writeFileSync(
    path.join(path.dirname(file), LICENSES),
    `Packages bundled into ${name}:\n\n${licensesOf(module.moduleIds).join('\n---\n\n')}`,
  );
}

/** The file beside a bundle that holds the licenses of what is in it. */
export const LICENSES = 'THIRD-PARTY-LICENSES.txt';

/** The package that a module belongs to: its folder, found by the last `node_modules` of the path. */
function packageFolder(file: string): string | undefined {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

/** The license of each package whose modules these are. Throws where one has none. */
function licensesOf(modules: readonly string[]): string[] {
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
  return notices.sort();
}
