import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import fc from '../../helpers/fast-check.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const document = {
  input: { query: 'Find hotels in SF', nothing: null },
  context: { query: 'Find hotels in SF', nothing: null },
  search_hotels: { response: 'r', data: { hotels: [1, 2], count: 2, none: [] }, tag: 'OK' },
};

interface Rendered {
  rendered: unknown;
  missing: string[];
}

async function render(value: unknown, doc: unknown = document): Promise<Rendered> {
  const [row] = await db.query<Rendered>(
    `select r.rendered, r.missing
       from pgwave_private.render_value(
         pgwave_private.compile_value($1::jsonb, array['search_hotels']), $2::jsonb) r`,
    [JSON.stringify(value), JSON.stringify(doc)],
  );
  return row as Rendered;
}

describe('a value', () => {
  test("the seeds' example keeps types", async () => {
    expect(
      await render({ query: '$context.query', hotels: '$search_hotels.hotels', max_price: 200 }),
    ).toEqual({
      rendered: { query: 'Find hotels in SF', hotels: [1, 2], max_price: 200 },
      missing: [],
    });
  });

  test.each<[unknown, unknown]>([
    ['$search_hotels.data.count', 2],
    ['$search_hotels.response', 'r'],
    ['$search_hotels.tag', 'OK'],
    ['$search_hotels', document.search_hotels],
    ['$search_hotels.hotels[*]', [1, 2]],
    ['$search_hotels.hotels[0]', 1],
    ['$search_hotels.none[*]', []],
    ['$search_hotels.count > 1', true],
    ['$search_hotels.count + 1', 3],
    ['$input.nothing', null],
    ['$nope.x ?? $search_hotels.count', 2],
    ['$nope.x ?? 1000', 1000],
    ['$nope.x ?? "d"', 'd'],
    ['$nope.x ?? null', null],
    ['$input.nothing ?? 5', 5],
    ['$$5 off', '$5 off'],
    ['$$$x', '$$x'],
    ['costs $5', 'costs $5'],
    ['{{ input.query }}', 'Find hotels in SF'],
    [
      [1, ['$input.query', { a: '$search_hotels.count' }]],
      [1, ['Find hotels in SF', { a: 2 }]],
    ],
    [
      { '$input.query': 1, a: [] },
      { '$input.query': 1, a: [] },
    ],
    ['$search_hotels.data | json', '{"none":[],"count":2,"hotels":[1,2]}'],
    [null, null],
    [
      [null, { a: null }],
      [null, { a: null }],
    ],
  ])('%j renders as %j', async (value, rendered) => {
    expect(await render(value)).toEqual({ rendered, missing: [] });
  });

  test('what is missing is named and left out', async () => {
    const { rendered, missing } = await render({
      a: { b: '$nope.x', c: '$input.query' },
      d: ['$search_hotels.nope', 1],
      e: '$nope ?',
      f: '$nope[*]',
    });
    expect(rendered).toEqual({ a: { c: 'Find hotels in SF' }, d: [null, 1] });
    expect(missing.toSorted()).toEqual(['$nope.x', '$nope[*]', '$search_hotels.nope']);
  });

  test('what stands beside bindings in lists and objects stays, texts with $$ among it', async () => {
    const beside = { a: '$$x', b: [1, '$$y', [], {}], c: { d: null, e: 'plain' } };
    expect(
      await render({ list: [beside, '$input.n ?', { ...beside, f: '$input.n ?' }], g: beside }),
    ).toEqual({
      rendered: JSON.parse(
        JSON.stringify({ list: [beside, null, beside], g: beside }).replaceAll('$$', '$'),
      ),
      missing: [],
    });
  });

  test('nothing but null renders as null at the top', async () => {
    expect(await render('$nope.x')).toEqual({ rendered: null, missing: ['$nope.x'] });
  });

  test.each(['$', '$5 off', '$a.', '$a.b c', '$a ?? ', '$a.bigint()'])(
    '%s: a $ that starts no path is refused or reads the output',
    async (value) => {
      const outcome = await db
        .query('select pgwave_private.compile_value($1::jsonb)', [JSON.stringify(value)])
        .then(
          () => 'compiled',
          (error: { code: string }) => error.code,
        );
      expect(outcome).toBe(value === '$' ? 'compiled' : 'PWDEF');
    },
  );

  test('without a path everything stays what it was', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .jsonValue({ depthSize: 'medium' })
          .filter((v) => !/\$|\{\{|\\u0000|\\ud[89a-f]/i.test(JSON.stringify(v))),
        async (value) => {
          const { rendered, missing } = await render(value);
          const [same] = await db.query<{ same: boolean }>('select $1::jsonb = $2::jsonb as same', [
            JSON.stringify(rendered),
            JSON.stringify(value),
          ]);
          expect(same?.same).toBe(true);
          expect(missing).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
