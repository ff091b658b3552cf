import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createClient } from 'graphql-ws';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { parseAllDocuments } from 'yaml';
import { actorTypes } from '../../cli/engine.ts';
import { mermaidOf } from '../../cli/graph-formats.ts';
import { type PlanDefinition, readPlan } from '../../cli/plan-steps.ts';
import { connect } from '../../src/database/connection.ts';
import { applyDefinitions } from '../../src/definitions/apply-definitions.ts';
import { readDefinitionFiles } from '../../src/definitions/read-definition-files.ts';
import { projectPath } from '../../src/project-root.ts';
import { createTestDatabase, prepareDatabase } from '../helpers/database.ts';

// Fences of README.md and docs/:
//   sql run            runs, in order, in a database of the file's own that holds the example posting-analysis
//   sql raises PWINP   must raise that code
//   graphql run        is sent to a server of the API; of a subscription the first message counts. $workflowRunId and
//                      $interactionId are the last that an answer named
//   graphql raises …   must be refused with that code
//   json result        what the snippet before it returned: its one value, or its rows
//   yaml definition    is applied: actors and workflows
//   mermaid of NAME    is what `pgwave graph` draws of the latest version of that workflow
//   sh                 names commands and files that are there
//   ts run             is run by tests/package/, and prints the `text output` that follows
// Other yaml and json must parse; other fences are text.

interface Fence {
  line: number;
  info: string;
  text: string;
}

const guides = [
  'README.md',
  ...fs
    .readdirSync(projectPath('docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join('docs', file))
    .sort(),
];

function readFences(file: string): Fence[] {
  const fences: Fence[] = [];
  let open: Fence | undefined;
  for (const [index, line] of fs.readFileSync(projectPath(file), 'utf8').split('\n').entries()) {
    if (!line.startsWith('```')) {
      if (open) open.text += `${line}\n`;
    } else if (open) {
      fences.push(open);
      open = undefined;
    } else {
      open = { line: index + 1, info: line.slice(3).trim(), text: '' };
    }
  }
  expect(open, `${file}: a fence is not closed`).toBeUndefined();
  return fences;
}

/** The rows of the last statement that returned any; a single value for one row of one column. */
function returnedBy(result: pg.QueryResult | pg.QueryResult[]): unknown {
  const last = [result].flat().findLast(({ fields }) => fields.length > 0);
  if (last === undefined) return undefined;
  const [row] = last.rows;
  return last.rows.length === 1 && last.fields.length === 1
    ? Object.values(row as object)[0]
    : last.rows;
}

async function applyYaml(client: pg.Client, text: string): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-docs-'));
  try {
    const file = path.join(folder, 'definition.yaml');
    fs.writeFileSync(file, text);
    await applyDefinitions(client, readDefinitionFiles([file], { cwd: projectPath() }));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Sends operations to a server of the guide's own, and remembers the numbers that answers name. */
async function openApi(databaseUrl: string) {
  const { startServer } = await import('../../graphql/server/server.ts');
  const server = await startServer({ databaseUrl, port: 0, env: {}, maxConnections: 2 });
  const known: Record<string, string> = {};
  const remember = (value: unknown): void => {
    for (const [name, inner] of Object.entries(value ?? {})) {
      if (/^(workflowRunId|interactionId)$/.test(name)) known[name] = inner as string;
      else if (typeof inner === 'object') remember(inner);
    }
  };
  return {
    stop: server.stop,
    async send(query: string): Promise<{ data?: unknown; errors?: unknown }> {
      const variables = Object.fromEntries(
        Object.entries(known).filter(([name]) => query.includes(`$${name}`)),
      );
      const client = createClient({
        url: server.url.replace(/^http/, 'ws'),
        webSocketImpl: WebSocket,
      });
      try {
        for await (const result of client.iterate({ query, variables })) {
          remember(result.data);
          return JSON.parse(JSON.stringify(result));
        }
        throw new Error('no answer');
      } catch (error) {
        if (Array.isArray(error)) return { errors: error };
        throw error;
      } finally {
        await client.dispose();
      }
    },
  };
}
type Api = Awaited<ReturnType<typeof openApi>>;

async function drawingOf(client: pg.Client, workflow: string): Promise<string> {
  const { rows } = await client.query<{ definition: PlanDefinition }>(
    `select v.definition from pgwave.workflow_versions v join pgwave.workflows w using (workflow_id)
      where w.workflow_name = $1 order by v.version desc limit 1`,
    [workflow],
  );
  return mermaidOf(readPlan(rows[0]?.definition as PlanDefinition, await actorTypes(client)));
}

async function check(
  client: pg.Client,
  api: Api | undefined,
  { info, text }: Fence,
  before: unknown,
): Promise<unknown> {
  const refused = /^graphql raises (PW[A-Z]{3})$/.exec(info)?.[1];
  if (info === 'graphql run') {
    const { data, errors } = (await api?.send(text)) ?? {};
    expect(errors).toBeUndefined();
    return data;
  }
  if (refused !== undefined) {
    expect((await api?.send(text))?.errors).toMatchObject([{ extensions: { code: refused } }]);
    return before;
  }
  const raises = /^sql raises (PW[A-Z]{3})$/.exec(info)?.[1];
  if (info === 'sql run') return returnedBy(await client.query(text));
  if (raises !== undefined) {
    await expect(client.query(text)).rejects.toMatchObject({ code: raises });
  } else if (info === 'json result') {
    expect(before).toEqual(JSON.parse(text));
  } else if (info === 'yaml definition') {
    await applyYaml(client, text);
  } else if (info.startsWith('mermaid of ')) {
    expect(text.trimEnd()).toBe(await drawingOf(client, info.slice('mermaid of '.length)));
  } else if (info === 'json') {
    JSON.parse(text);
  } else if (info === 'yaml') {
    expect(parseAllDocuments(text).flatMap(({ errors }) => errors)).toEqual([]);
  } else {
    expect(
      ['sql', 'sh', 'text', 'text output', 'ts', 'ts run', 'mermaid'],
      'the kind of fence',
    ).toContain(info);
  }
  return before;
}

/** A database that holds the example, of which each guide has a copy. */
let example: Awaited<ReturnType<typeof prepareDatabase>>;

beforeAll(async () => {
  const folder = projectPath('examples', 'posting-analysis');
  example = await prepareDatabase({}, async (db) => {
    await db.query(fs.readFileSync(path.join(folder, 'schema.sql'), 'utf8'));
    const client = await connect(db.url, { applicationName: 'docs' });
    const files = ['actors.yaml', 'workflow.yaml'].map((name) => path.join(folder, name));
    await applyDefinitions(client, readDefinitionFiles(files, { cwd: projectPath() }));
    await client.end();
  });
});
afterAll(() => example.drop());

describe.each(guides)('%s', (file) => {
  const fences = readFences(file);

  test.runIf(
    fences.some(({ info }) => /^((sql|graphql) (run|raises)|yaml|json|mermaid of)/.test(info)),
  )('has snippets that run', async () => {
    const db = await createTestDatabase({ copyOf: example });
    try {
      const client = await connect(db.url, { applicationName: 'docs' });
      let api: Api | undefined;
      try {
        if (fences.some(({ info }) => info.startsWith('graphql'))) api = await openApi(db.url);
        let before: unknown;
        for (const fence of fences) {
          try {
            before = await check(client, api, fence, before);
          } catch (cause) {
            const why =
              cause instanceof pg.DatabaseError ? `${cause.message} ${cause.detail ?? ''}` : cause;
            throw new Error(`${file}:${fence.line}: ${why}`, { cause });
          }
        }
      } finally {
        await api?.stop();
        await client.end();
      }
    } finally {
      await db.close();
    }
  });

  test('links to files that are there', () => {
    const text = fs.readFileSync(projectPath(file), 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');
    const missing = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
      .map(([, link]) => link as string)
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => !fs.existsSync(path.resolve(projectPath(file), '..', link)));
    expect(missing).toEqual([]);
  });

  test.runIf(fences.some(({ info }) => info === 'sh'))('names commands that are there', () => {
    const { scripts } = JSON.parse(fs.readFileSync(projectPath('package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const sources = fs
      .readdirSync(projectPath('cli'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => fs.readFileSync(projectPath('cli', name), 'utf8'))
      .join('\n');
    const lines = fences
      .filter(({ info }) => info === 'sh')
      .flatMap(({ text }) => text.split('\n'));
    for (const line of lines) {
      for (const [, name] of line.matchAll(/\bnpm run ([\w:-]+)/g)) {
        expect(Object.keys(scripts), line).toContain(name);
      }
      const command = /(?:^|&& )(?:npx )?pgwave ([a-z]+)/.exec(line)?.[1];
      if (command !== undefined) {
        expect(sources, line).toMatch(
          new RegExp(`\\b(command|Command|add)\\(\\s*(program, )?['"\`]${command}\\b`),
        );
      }
      for (const [name] of line.matchAll(/\b(examples|bench|sql|src|workers)\/[\w./-]+/g)) {
        expect(fs.existsSync(projectPath(name)), line).toBe(true);
      }
    }
  });
});

test('docs/README.md lists each guide, once', () => {
  const index = fs.readFileSync(projectPath('docs', 'README.md'), 'utf8');
  const listed = [...index.matchAll(/^- \[[^\]]+\]\(([^)]+)\)/gm)].map(([, file]) => file);
  const guides = fs
    .readdirSync(projectPath('docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md') && file !== 'README.md');
  expect(listed.filter((file) => file !== '../sql/ERRORS.md').sort()).toEqual(guides.sort());
});
