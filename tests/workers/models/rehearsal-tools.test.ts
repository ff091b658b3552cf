// The rehearsal server calls tools, whole answers too, by the wire as servers write it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type RehearsalServer,
  startRehearsalServer,
} from '../../../workers/models/rehearsal/server.ts';

let server: RehearsalServer;
beforeAll(async () => {
  server = await startRehearsalServer({ anyModel: true });
});
afterAll(() => server?.close());

const tool = (name: string) => ({
  type: 'function',
  function: {
    name,
    parameters: {
      type: 'object',
      properties: { n: { type: 'integer', minimum: 5 }, unit: { enum: ['C', 'F'] } },
      required: ['n', 'unit'],
    },
  },
});

async function ask(path: string, content: string, more: object[] = []) {
  const body = {
    model: 'm',
    stream: false,
    messages: [{ role: 'user', content }, ...more],
    tools: [tool('heat'), tool('heat_up')],
  };
  const response = await fetch(server.url + path, { method: 'POST', body: JSON.stringify(body) });
  // biome-ignore lint/suspicious/noExplicitAny: as servers answer
  return (await response.json()) as any;
}

describe.each([
  ['/api/chat', (answer: { message: object }) => answer.message, (given: unknown) => given],
  [
    '/v1/chat/completions',
    // biome-ignore lint/suspicious/noExplicitAny: as servers answer
    (answer: any) => answer.choices[0].message,
    (given: unknown) => JSON.parse(given as string),
  ],
])('%s', (path, messageOf, read) => {
  // biome-ignore lint/suspicious/noExplicitAny: as servers answer
  const calls = (answer: any) =>
    // biome-ignore lint/suspicious/noExplicitAny: as servers answer
    ((messageOf(answer) as any).tool_calls ?? []).map((call: any) => ({
      name: call.function.name,
      given: read(call.function.arguments),
    }));

  test('calls what the prompt names, with values of the prompt where they fit', async () => {
    const answer = await ask(path, 'Use heat_up, please. n = 12');
    expect(calls(answer)).toEqual([
      { name: 'heat_up', given: { n: 12, unit: expect.stringMatching(/^[CF]$/) } },
    ]);
    const [other] = calls(await ask(path, 'Use heat. n = 3'));
    expect(other).toMatchObject({ name: 'heat' });
    expect(other.given.n).toBeGreaterThanOrEqual(5);
  });

  test('answers once there are results, and where nothing names a tool', async () => {
    const result = { role: 'tool', content: 'It is very warm in here.', tool_call_id: 'call_1' };
    const after = await ask(path, 'Say what heat says.', [result]);
    expect(calls(after)).toEqual([]);
    expect(JSON.stringify(messageOf(after))).toContain('warm');
    expect(calls(await ask(path, 'Say hello to preheated ovens.'))).toEqual([]);
  });

  test('faults: a tool that nobody offered, calls for ever', async () => {
    const result = { role: 'tool', content: 'warm', tool_call_id: 'call_1' };
    expect(calls(await ask(path, '[[rehearse:unknown_tool]]Hello.'))).toMatchObject([
      { name: 'no_such_tool' },
    ]);
    expect(calls(await ask(path, '[[rehearse:endless_tools]]Hello.', [result]))).toMatchObject([
      { name: 'heat' },
    ]);
  });
});
