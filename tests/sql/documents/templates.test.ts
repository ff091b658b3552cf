import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const document = {
  input: { posting_id: 176, query: 'Find hotels in SF', nothing: null },
  context: { posting_id: 176, query: 'Find hotels in SF', nothing: null },
  iteration: 0,
  parent: { response: 'p', data: { score: 9 }, tag: 'PASS' },
  extract: {
    response: 'Text with {{ input.query }} and "quotes" \\ and $x',
    data: {
      score: 4.5,
      ok: true,
      data: { deep: 1 },
      tags: ['a, b: c', null],
      jobs: [
        { id: 1, title: 'x' },
        { id: 2, title: 'y' },
      ],
      none: [],
      '0': 'zero',
      'with space': 'spaced',
    },
    tag: null,
  },
};
const conversations = ['extract', 'improve'];

interface Rendered {
  rendered: string | null;
  missing: string[];
}

async function render(template: string | null, doc: unknown = document): Promise<Rendered> {
  const [row] = await db.query<Rendered>(
    `select r.rendered, r.missing
       from pgwave_private.render_template(pgwave_private.compile_template($1, $2), $3::jsonb) r`,
    [template, conversations, JSON.stringify(doc)],
  );
  return row as Rendered;
}

const refusal = async (template: string): Promise<string> =>
  db.query('select pgwave_private.compile_template($1)', [template]).then(
    () => 'compiled',
    (error: { code: string; message: string }) => `${error.code} ${error.message}`,
  );

describe('a template', () => {
  test.each<[string, string]>([
    ['', ''],
    ['no binding', 'no binding'],
    ['a { b } {c: {d: 1}} }} $$ $x', 'a { b } {c: {d: 1}} }} $$ $x'],
    ['{{ input.posting_id }}', '176'],
    ['{{input.posting_id}}{{ context.posting_id }}', '176176'],
    ['{{ $input.posting_id }}', '176'],
    ['{{\n input.query \n}}', 'Find hotels in SF'],
    ['{{ extract.data.score }}/{{ extract.score }}', '4.5/4.5'],
    ['{{ parent.score }} {{ parent.tag }}', '9 PASS'],
    ['{{ extract.ok }}', 'true'],
    ['{{ extract.data.data.deep }}', '1'],
    ['{{ extract.data."with space" }}', 'spaced'],
    ['{{ extract.data."0" }}', 'zero'],
    ['{{ extract.jobs[1].title }}', 'y'],
    ['{{ extract.jobs[last].title }}', 'y'],
    ['{{ extract.jobs.size() }}', '2'],
    ['{{ iteration + 1 }}', '1'],
  ])('%s renders as %s', async (template, rendered) => {
    expect(await render(template)).toEqual({ rendered, missing: [] });
  });

  test('null stays null', async () => {
    expect(await render(null)).toEqual({ rendered: null, missing: [] });
  });

  test('puts strings in as they are, and never expands them again', async () => {
    expect((await render('<{{ extract.response }}>')).rendered).toBe(
      `<${document.extract.response}>`,
    );
  });

  test('puts other values in as compact JSON', async () => {
    const { rendered } = await render('{{ extract.data.jobs }}');
    expect(rendered).toBe('[{"id":1,"title":"x"},{"id":2,"title":"y"}]');
    expect((await render('{{ extract.data.tags }}')).rendered).toBe('["a, b: c",null]');
  });

  test('| json quotes strings and prints null', async () => {
    const { rendered } = await render('{{ extract.response | json }}');
    expect(JSON.parse(rendered as string)).toBe(document.extract.response);
    expect((await render('{{ input.nothing | json }}')).rendered).toBe('null');
  });

  test('| json of nested values is compact whatever it holds', async () => {
    const value = { a: [1, null, 'x", "y: z'], b: { c: null, d: 'null' }, e: '{"a": 1}' };
    const { rendered } = await render('{{ input | json }}', { input: value });
    expect(JSON.parse(rendered as string)).toEqual(value);
    expect(rendered).toHaveLength(JSON.stringify(value).length);
  });

  test.each<[string, string]>([
    ['{{ improve.response ?? input.query }}', 'Find hotels in SF'],
    ['{{ input.nothing ?? input.query }}', 'Find hotels in SF'],
    ['{{ extract.score ?? input.query }}', '4.5'],
    ['{{ improve.response ?? extract.nope ?? "not stated" }}', 'not stated'],
    ['{{ improve.response ?? 7 }}', '7'],
    ['[{{ improve.response ? }}]', '[]'],
    ['[{{ improve.response ?? extract.nope ? }}]', '[]'],
    ['[{{ improve.response ? | json }}]', '[]'],
    ['[{{ improve.response | json ? }}]', '[]'],
    ['[{{ improve.response ?? null }}]', '[]'],
  ])('%s falls back: %s', async (template, rendered) => {
    expect(await render(template)).toEqual({ rendered, missing: [] });
  });

  test('names everything that is missing, null included', async () => {
    expect(
      await render('{{ improve.response }} {{ input.nothing }} {{ extract.score }} {{ a ?? b.c }}'),
    ).toEqual({ rendered: null, missing: ['improve.response', 'input.nothing', 'a ?? b.c'] });
  });

  test.each<[string, string]>([
    ['{{ "{{" }} x {{ "}}" }}', '{{ x }}'],
    ['{{ "a \\" b" }}', 'a " b'],
  ])('%s is literal text', async (template, rendered) => {
    expect((await render(template)).rendered).toBe(rendered);
  });

  test.each<[string, string]>([
    ['{{ extract.data.jobs[*].title }}', '["x","y"]'],
    ['{{ extract.data.jobs[0 to 0].title }}', '["x"]'],
    ['{{ extract.data.none[*] }}', '[]'],
    ['{{ extract.data.jobs ? (@.id > 1) }}', '[{"id":2,"title":"y"}]'],
    ['{{ extract.data.jobs[*] ? (@.title == "x").id ?? "none" }}', '[1]'],
    ['{{ extract.data.jobs.title }}', '["x","y"]'],
  ])('%s is a list', async (template, rendered) => {
    expect((await render(template)).rendered).toBe(rendered);
  });

  test('a list of what is not there is missing', async () => {
    expect((await render('{{ extract.data.nope[*] }}')).missing).toEqual(['extract.data.nope[*]']);
  });

  test.each([
    ['{{', 'not closed'],
    ['a {{ b', 'not closed'],
    ['{{ "a }}', 'not closed'],
    ['{{ }}', 'nothing to put in'],
    ['{{ a ?? }}', 'nothing to put in'],
    ['{{ a | xml }}', 'xml'],
    ['{{ a ? b }}', 'syntax error'],
    ['{{ a. }}', 'syntax error'],
    ['{{ a.b c }}', 'syntax error'],
    ['{{ a.b.bigint() }}', 'bigint'],
    ['{{ a[0x1] }}', '0x1'],
  ])('%s does not compile', async (template, message) => {
    expect(await refusal(template)).toMatch(new RegExp(`^PWDEF .*${message}`));
  });

  test('renders in a few microseconds', async () => {
    const time = async (template: string): Promise<number> => {
      const [row] = await db.query<{ us: number }>(
        `select extract(epoch from max(t) - min(t)) * 1e6 / 5000 as us from (
           select clock_timestamp() as t, (pgwave_private.render_template(c, d)).rendered
             from generate_series(1, 5000), (select pgwave_private.compile_template($1) as c, $2::jsonb as d) x) r`,
        [template, JSON.stringify(document)],
      );
      return Number(row?.us);
    };
    // the bound is wide for busy machines: 4 and 6 µs were measured
    expect(await time('plain')).toBeLessThan(40);
    expect(await time('Grade: {{ extract.response }}')).toBeLessThan(80);
  });
});

describe('names_read', () => {
  test.each([
    ['plain', []],
    ['{{ b.x }} {{ a.y ?? context.z }} {{ b.z ? }} {{ item }}', ['a', 'b', 'input', 'item']],
    ['{{ a.data[*] ? (@.x == $b.data.y) }}', ['a', 'b']],
    ['{{ "{{" }}', []],
  ])('of %s', async (template, names) => {
    const [row] = await db.query<{ names: string[] }>(
      'select pgwave_private.names_read(pgwave_private.compile_template($1)) as names',
      [template],
    );
    expect(row?.names).toEqual(names);
  });
});
