// Models that call tools, over both protocols: from what the server is asked to the rows.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type RehearsalServer,
  startRehearsalServer,
} from '../../workers/models/rehearsal/server.ts';
import { type ScriptedModels, startScriptedModels } from './scripted-models.ts';

let models: ScriptedModels;
let server: RehearsalServer;

const lookUp = {
  actor: 'postings',
  name: 'look_up',
  description: 'Looks up a posting by its number.',
  input: {
    type: 'object',
    properties: { posting_id: { type: 'integer' } },
    required: ['posting_id'],
    additionalProperties: false,
  },
};

beforeAll(async () => {
  server = await startRehearsalServer({ anyModel: true });
  models = await startScriptedModels({
    functions: { note: async ({ params }) => ({ noted: params }) },
  });
  const { db } = models;
  await db.query(`
    create table public.postings (posting_id bigint primary key, title text);
    insert into public.postings values (176, 'Night nurse'), (7615917337495251231, 'Big number');
    grant select on public.postings to pgwave_sql`);
  for (const actor of [
    {
      name: 'postings',
      type: 'sql',
      statement: 'select posting_id, title from public.postings where posting_id = :posting_id',
    },
    {
      name: 'note',
      type: 'function',
      input: {
        type: 'object',
        properties: { text: { type: 'string', minLength: 3 }, stars: { enum: [1, 2, 3] } },
        required: ['text', 'stars'],
      },
    },
  ]) {
    await db.query('select pgwave.define_actor($1)', [JSON.stringify(actor)]);
  }
});
afterEach(() => server.setFaults([]));
afterAll(async () => {
  await models?.close();
  await server?.close();
});

interface ToolCall {
  status: string;
  input: { params: unknown; tool: { name: string; call: string } };
  output: { data: unknown } | null;
  error: { code: string } | null;
}
const callsOf = (interaction: { interaction_id: string; workflow_run_id: string }) =>
  models.db.query<ToolCall & Record<string, unknown>>(
    `select status, input, output, error from pgwave.interactions
      where workflow_run_id = $1 and conversation_id = 9195 and $2 = any(input_interaction_ids)
      order by item_index`,
    [interaction.workflow_run_id, interaction.interaction_id],
  );

describe.each([
  ['ollama', ''],
  ['openai', '/v1'],
])('%s', (provider, path) => {
  const ask = (prompt: string, actor: object = {}, conversation: object = {}) =>
    models.ask({
      says: [''],
      actor: {
        provider,
        base_url: server.url + path,
        model: 'm',
        tools: [lookUp, 'note'],
        ...actor,
      },
      conversation: { prompt, ...conversation },
    });
  const asked = () => server.requests().filter(({ model }) => model === 'm:latest');

  test('calls a tool with arguments that meet its contract, and goes on with what it answers', async () => {
    const before = asked().length;
    const { run, interaction, attempts } = await ask(
      'Summarise the posting that look_up finds.\n\nposting_id: 176',
    );
    expect(run).toMatchObject({ status: 'completed', interactions_created: 2 });
    expect(interaction.output.response).toContain('Night nurse');
    expect(await callsOf(interaction)).toMatchObject([
      {
        status: 'completed',
        input: { params: { posting_id: 176 }, tool: { name: 'look_up', turn: 1 } },
        output: { data: { rows: [{ posting_id: 176, title: 'Night nurse' }] } },
      },
    ]);
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['asked_again', 'completed']);
    expect(attempts[0].usage).toMatchObject({
      rehearsed: true,
      completion_tokens: expect.any(Number),
    });
    const [first, second] = asked().slice(before);
    expect(first?.tools.map(({ name }) => name)).toEqual(['look_up', 'note']);
    expect(first?.tools[0]?.parameters).toEqual(lookUp.input);
    expect(second?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
    expect(JSON.parse(second?.messages[2]?.content ?? '')).toMatchObject({ row_count: 1 });
    expect(
      await models.db.query('select * from pgwave.verify_audit($1)', [run.workflow_run_id]),
    ).toEqual([]);
  });

  test('several at once, by a marker; a contract holds for the answer', async () => {
    const { interaction } = await ask(
      '[[rehearse:call=look_up,note]]Say what is known.\n\nposting_id: 176',
      {},
      {
        output: { type: 'object', properties: { known: { type: 'string' } }, required: ['known'] },
      },
    );
    expect(interaction).toMatchObject({
      status: 'completed',
      output: { data: { known: expect.any(String) } },
    });
    const made = await callsOf(interaction);
    expect(made.map(({ status, input }) => [status, input.tool.name])).toEqual([
      ['completed', 'look_up'],
      ['completed', 'note'],
    ]);
    expect(new Set(made.map(({ input }) => input.tool.call)).size).toBe(2);
    expect(made[1]?.output?.data).toEqual({ noted: made[1]?.input.params });
  });

  test('a tool that nobody offered is told to the model, and recorded', async () => {
    const { run, interaction } = await ask('[[rehearse:unknown_tool;count=1]]Say hello to all.');
    expect(run.status).toBe('completed');
    expect(await callsOf(interaction)).toMatchObject([
      { status: 'failed', error: { code: 'unknown_tool', detail: { tools: ['look_up', 'note'] } } },
    ]);
    expect(asked().at(-1)?.messages.at(-1)?.content).toContain('no_such_tool');
  });

  test('a model that calls for ever is stopped', async () => {
    const before = asked().length;
    const { run, interaction } = await ask('[[rehearse:endless_tools]]posting_id: 176', {
      max_turns: 4,
    });
    expect(run.status).toBe('failed');
    expect(interaction.error).toMatchObject({
      code: 'too_many_turns',
      detail: { max_turns: 4, hint: expect.stringMatching(/^Raise max_turns/) },
    });
    expect(asked()).toHaveLength(before + 4);
    expect(await callsOf(interaction)).toHaveLength(3);
  });

  test('an answer that needs no tool calls none', async () => {
    const { run } = await ask('Summarise this posting.\n\nNurses work at night. They are many.');
    expect(run).toMatchObject({ status: 'completed', interactions_created: 1 });
  });
});

// What servers write, byte by byte: numbers exact, ids or none, arguments in pieces, no JSON.
describe('as servers write calls', () => {
  let stub: http.Server;
  let host: string;
  let bodies: string[] = [];
  let answers: string[] = [];
  beforeAll(async () => {
    stub = http.createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (request.method === 'GET') return response.writeHead(404).end('{}');
      bodies.push(Buffer.concat(chunks).toString());
      response.end(answers[Math.min(bodies.length, answers.length) - 1]);
    });
    await new Promise<void>((resolve) => stub.listen(0, '127.0.0.1', resolve));
    host = `http://127.0.0.1:${(stub.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    bodies = [];
  });
  afterAll(() => {
    stub?.closeAllConnections();
    stub?.close();
  });

  const ask = (provider: string, path: string, says: string[]) => {
    answers = says;
    return models.ask({
      says: [''],
      actor: { provider, base_url: host + path, model: 'm', tools: [lookUp] },
      conversation: { prompt: 'Look it up.' },
    });
  };
  const sse = (...deltas: [object, string | null][]) => {
    const chunks = deltas.map(([delta, finish_reason]) =>
      JSON.stringify({ id: 'x', model: 'm', choices: [{ index: 0, delta, finish_reason }] }),
    );
    return [...chunks, '[DONE]'].map((chunk) => `data: ${chunk}\n\n`).join('');
  };
  const line = (message: string) =>
    `{"model":"m","message":{"role":"assistant",${message}},"done":true,"done_reason":"stop"}\n`;

  test('ollama: a number beyond 2^53 arrives, and goes back, as it was', async () => {
    const { interaction } = await ask('ollama', '', [
      line(
        '"content":"","thinking":"hm","tool_calls":[{"function":{"name":"look_up","arguments":{"posting_id":7615917337495251231}}}]',
      ),
      line('"content":"Found."'),
    ]);
    expect(interaction.output.response).toBe('Found.');
    const [made] = await models.db.query(
      `select input ->> 'params' as given, output #>> '{data,rows,0,title}' as title
         from pgwave.interactions where workflow_run_id = $1 and conversation_id = 9195`,
      [interaction.workflow_run_id],
    );
    expect(made).toEqual({ given: '{"posting_id": 7615917337495251231}', title: 'Big number' });
    const { messages, tools } = JSON.parse(bodies[1] ?? '');
    expect(bodies[1]).toContain('"arguments":{"posting_id":7615917337495251231}');
    expect(messages[2]).toMatchObject({ role: 'tool', tool_name: 'look_up' });
    expect(tools).toEqual([
      {
        type: 'function',
        function: {
          name: 'look_up',
          description: lookUp.description,
          parameters: lookUp.input,
        },
      },
    ]);
  });

  test('openai: in pieces, with ids, numbers as they were', async () => {
    const part = (index: number, given: object) => ({ tool_calls: [{ index, ...given }] });
    const { interaction, attempts } = await ask('openai', '/v1', [
      sse(
        [
          part(0, { id: 'a1', type: 'function', function: { name: 'look_up', arguments: '' } }),
          null,
        ],
        [part(0, { function: { arguments: '{"posting_id": 76159173' } }), null],
        [
          part(1, { id: 'b2', type: 'function', function: { name: 'look_up', arguments: '{bad' } }),
          null,
        ],
        [part(0, { function: { arguments: '37495251231}' } }), null],
        [{}, 'tool_calls'],
      ),
      sse([{ content: 'Found.' }, 'stop']),
    ]);
    expect(interaction.output.response).toBe('Found.');
    expect(await callsOf(interaction)).toMatchObject([
      {
        status: 'completed',
        input: { tool: { call: 'a1' } },
        output: { data: { rows: [{ title: 'Big number' }] } },
      },
      { status: 'failed', input: { params: '{bad' }, error: { code: 'invalid_arguments' } },
    ]);
    expect(attempts).toHaveLength(2);
    const { messages } = JSON.parse(bodies[1] ?? '');
    expect(messages.slice(1)).toMatchObject([
      {
        role: 'assistant',
        tool_calls: [
          {
            id: 'a1',
            type: 'function',
            function: { name: 'look_up', arguments: '{"posting_id":7615917337495251231}' },
          },
          { id: 'b2', function: { arguments: '{bad' } },
        ],
      },
      { role: 'tool', tool_call_id: 'a1' },
      { role: 'tool', tool_call_id: 'b2' },
    ]);
  });
});
