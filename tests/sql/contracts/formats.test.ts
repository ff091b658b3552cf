// `format` where a contract turns it on: the grammar of its RFC.
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import fc from '../../helpers/fast-check.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});

afterAll(() => db.close());

const matchesOf = async (format: string, texts: string[]): Promise<boolean[]> =>
  (
    await db.query<{ valid: boolean }>(
      `select pgwave_private.is_valid($1, to_jsonb(t.content)) as valid
       from unnest($2::text[]) with ordinality as t (content, place) order by t.place`,
      [JSON.stringify({ format, 'x-assert-format': true }), texts],
    )
  ).map(({ valid }) => valid);

const table: Record<string, { yes: string[]; no: string[] }> = {
  'date-time': {
    yes: ['2026-02-28T12:00:00Z', '2026-02-28t23:59:60z', '2026-01-01T00:59:60.5+01:00'],
    no: ['2026-02-28 12:00:00Z', '2026-02-28T12:00:00', '2026-02-29T12:00:00Z', '2026-01-01T12:59:60Z'],
  },
  date: {
    yes: ['2024-02-29', '2000-02-29', '0000-01-31'],
    no: ['2023-02-29', '1900-02-29', '2024-04-31', '2024-13-01', '24-01-01', '2024-01-01\n', '２024-01-01', ''],
  },
  time: { yes: ['00:00:00Z', '23:59:59.999-12:30'], no: ['24:00:00Z', '12:00Z', '12:00:00', '12:00:00+1:00'] },
  duration: {
    yes: ['P1Y', 'P3W', 'P1Y2M3DT4H5M6S', 'PT0S', 'P2DT1M'],
    no: ['P', 'PT', 'P1DT', '1D', 'P1Y3D', 'PT1H2S', 'P1W1D', 'PT1.5S', '-P1D'],
  },
  email: {
    yes: ['a@b', 'first.last+tag@example.co.uk', '"two words"@example.com', 'a@[10.0.0.1]', 'a@[IPv6:fe80::1]'],
    no: ['a', '@b', 'a@', 'a..b@c', '.a@b', 'a b@c', 'a@b@c', 'a@b_c', 'a@[10.0.0]', 'é@b'],
  },
  hostname: {
    yes: ['a', 'a-b.example', '1.2.3', 'xn--bcher-kva.example', 'a'.repeat(63)],
    no: ['', '.', 'a.', '-a', 'a-', 'a_b', 'bücher.example', 'ab--c', 'a'.repeat(64), Array(64).fill('abc').join('.')],
  },
  ipv4: { yes: ['0.0.0.0', '255.249.199.9'], no: ['256.0.0.0', '1.2.3', '1.2.3.4.', '01.2.3.4', '1.2.3.4.5'] },
  ipv6: {
    yes: ['::', '::1', '1::', '1:2:3:4:5:6:7:8', 'a::b:1.2.3.4', '1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:7::'],
    no: [':', '1::2::3', ':::', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '12345::', '1.2.3.4', '::1.2.3', 'fe80::1%eth0',
      '1:2:3:4:5:6:7:1.2.3.4', '1:2:3:4:5:6:7:8::'],
  },
  uri: {
    yes: ['http://a', 'urn:a:b', 'http://u:p@[::1]:80/a;b?c=d#e/f', 'mailto:a@b', 'file:///tmp', 'x:', 'http://a/%20'],
    no: ['a', '/a', '//a', 'http://a b', 'http://a/%2', 'http://[::g]', '1a:b', 'http://a:b', 'http://é', 'http://a/[b]'],
  },
  'uri-reference': {
    yes: ['', 'a', '/a/b', '//host/a', '?q', '#f', './a:b', 'http://a'],
    no: ['a b', '\\a', 'a:b c', '1:b', '#a#b', '/%g0'],
  },
  uuid: {
    yes: ['01234567-89ab-cdef-ABCD-ef0123456789'],
    no: ['01234567-89ab-cdef-abcd-ef012345678', '0123456789abcdefabcdef0123456789', '{01234567-89ab-cdef-abcd-ef0123456789}'],
  },
  'json-pointer': { yes: ['', '/', '/a/~0~1', '/é 😀'], no: ['a', '#/a', '/~', '/~2'] },
  regex: { yes: ['', '^a+$', '(?<n>a)\\k<n>', '\\p{Script=Greek}', '[(]'], no: ['(', 'a)', '[a', '*', 'a**', ')('] },
}; // biome-ignore format: a table

describe.each(Object.entries(table))('%s', (format, { yes, no }) => {
  test('takes what its grammar says, and nothing else', async () => {
    const matches = await matchesOf(format, [...yes, ...no]);
    expect([...yes, ...no].filter((_, index) => matches[index])).toEqual(yes);
  });
});

test('a contract that does not ask takes any text', async () => {
  const rows = await db.query('select * from pgwave.schema_errors($1, $2)', [
    '{"format": "date"}',
    '"tomorrow"',
  ]);
  expect(rows).toEqual([]);
});

test('the switch holds below the root and behind references, and for strings alone', async () => {
  const contract = {
    'x-assert-format': true,
    type: 'object',
    properties: { on: { $ref: '#/$defs/day' }, list: { items: { format: 'email' } } },
    $defs: { day: { format: 'date' } },
  };
  const rows = await db.query('select path, keyword, message from pgwave.schema_errors($1, $2)', [
    JSON.stringify(contract),
    JSON.stringify({ on: 'tomorrow', list: ['a@b', 3, 'nobody'] }),
  ]);
  expect(rows).toEqual([
    { path: '/on', keyword: 'format', message: 'must be of the format date' },
    { path: '/list/2', keyword: 'format', message: 'must be of the format email' },
  ]);
});

test.each([
  ['a format that is not known', { 'x-assert-format': true, items: { format: 'iri' } }, '/items/format'],
  ['the switch below the root', { items: { 'x-assert-format': true } }, '/items/x-assert-format'],
  ['the switch as a word', { 'x-assert-format': 'yes' }, '/x-assert-format'],
])('%s is refused', async (_, schema, path) => {
  const faults = await db.query('select path from pgwave_private.unsupported_keywords($1)', [
    JSON.stringify(schema),
  ]);
  expect(faults).toEqual([{ path }]);
}); // biome-ignore format: a table

test('generated texts get the verdict of ajv-formats', async () => {
  const ajv = new Ajv2020({ strict: false });
  (addFormats as unknown as (instance: Ajv2020) => void)(ajv);
  const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`));
  const date = fc.tuple(
    digits(4),
    fc.integer({ min: 0, max: 13 }),
    fc.integer({ min: 0, max: 32 }),
  );
  const texts: Record<string, fc.Arbitrary<string>> = {
    date: date.map(([year, ...rest]) =>
      [year, ...rest.map((part) => String(part).padStart(2, '0'))].join('-'),
    ),
    ipv4: fc.array(fc.integer({ min: -1, max: 300 }), { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.')),
    ipv6: fc.array(fc.constantFrom('', '', '0', 'ab', 'FFFF', '12345', '1.2.3.4'), { minLength: 2, maxLength: 9 })
      .map((parts) => parts.join(':')),
    'json-pointer': fc.stringMatching(/^[/~01a]{0,6}$/),
    uuid: fc.uuid().chain((id) => fc.constantFrom(id, id.toUpperCase(), id.slice(1), id.replace('-', ''))),
    duration: fc.array(fc.constantFrom('P', 'T', '1Y', '2M', '3D', '4H', '5S', '6W'), { maxLength: 7 })
      .map((parts) => parts.join('')),
  }; // biome-ignore format: a table
  // ajv-formats lets units be left out in the middle (P1Y3D, PT1H2S), which the grammar of RFC 3339 does not.
  const differs = (format: string, text: string) =>
    format === 'duration' && (/Y\d+D/.test(text) || /H\d+S/.test(text));
  for (const [format, arbitrary] of Object.entries(texts)) {
    const validate = ajv.compile({ format });
    const given = fc.sample(arbitrary, 400).filter((text) => !differs(format, text));
    const matches = await matchesOf(format, given);
    expect(given.filter((_, index) => matches[index])).toEqual(
      given.filter((text) => validate(text)),
    );
  }
});
