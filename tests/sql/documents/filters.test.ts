import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const document = {
  input: {
    title: '  Head of  Data ',
    html: '<a href="x">R&D</a>',
    n: 7,
    price: '12.50',
    nothing: null,
    empty: '',
    no: false,
    at: '2026-03-09T07:05:02.25+01:00',
    epoch: 86400,
    words: ['pear', 'Apple', 'fig', 'pear'],
    people: [
      { name: 'Ada', age: 36, skills: ['maths', 'engines'] },
      { name: 'Grace', age: 85, skills: [] },
      { name: 'Alan', age: 41, skills: ['maths'], retired: true },
    ],
    sizes: { s: 1, m: 2 },
  },
  extract: { response: 'A long text', data: { score: 4, jobs: [{ id: 1 }, { id: 2 }] } },
};

interface Rendered {
  rendered: string | null;
  missing: string[];
}

async function render(template: string, doc: unknown = document): Promise<Rendered> {
  const [row] = await db.query<Rendered>(
    `select r.rendered, r.missing
       from pgwave_private.render_template(pgwave_private.compile_template($1, '{extract}'), $2::jsonb) r`,
    [template, JSON.stringify(doc)],
  );
  return row as Rendered;
}

const refusal = async (template: string): Promise<string> =>
  db.query('select pgwave_private.compile_template($1, $2)', [template, ['extract']]).then(
    () => 'compiled',
    (error: { code: string; message: string }) => `${error.code} ${error.message}`,
  );

describe('filters', () => {
  test.each<[string, string]>([
    ['title | strip | upcase', 'HEAD OF  DATA'],
    ['title | strip | downcase | capitalize', 'Head of  data'],
    ['title | lstrip', 'Head of  Data '],
    ['title | rstrip', '  Head of  Data'],
    ['title | strip | truncate: 7', 'Head...'],
    ["title | strip | truncate: 7, ''", 'Head of'],
    ['title | strip | truncate: 100', 'Head of  Data'],
    ['title | truncatewords: 2, "…"', 'Head of…'],
    ['title | size', '16'],
    ['title | replace: " ", "_" | remove: "__"', 'Head_ofData_'],
    ['title | strip | replace_first: "a", "A"', 'HeAd of  Data'],
    ['html | escape', '&lt;a href=&quot;x&quot;&gt;R&amp;D&lt;/a&gt;'],
    ['html | url_encode', '%3Ca%20href%3D%22x%22%3ER%26D%3C%2Fa%3E'],
    ['title | strip | append: "!" | prepend: input.n', '7Head of  Data!'],
    ['title | strip | split: " " | json', '["Head","of","","Data"]'],
    ['title | strip | slice: 0, 4', 'Head'],
    ['title | strip | slice: -4, 4', 'Data'],
    ['n | plus: 1 | times: 2.5', '20.0'],
    ['price | minus: 0.5 | round', '12'],
    ['price | round: 1', '12.5'],
    ['n | divided_by: 2', '3'],
    ['n | divided_by: 2.0', '3.5'],
    ['n | modulo: 4 | at_least: 5 | at_most: 9', '5'],
    ['n | minus: 9 | abs', '2'],
    ['price | floor', '12'],
    ['price | ceil', '13'],
    ['words | join: ", "', 'pear, Apple, fig, pear'],
    ['words | sort | uniq | join', 'Apple fig pear'],
    ['words | reverse | first', 'pear'],
    ['words | last', 'pear'],
    ['words | size', '4'],
    ['words | slice: 1, 2 | json', '["Apple","fig"]'],
    ['words | concat: input.words | size', '8'],
    ['people | map: "name" | join: "; "', 'Ada; Grace; Alan'],
    ['people | sort: "age" | map: "name" | join', 'Ada Alan Grace'],
    ['people | where: "retired" | map: "name" | join', 'Alan'],
    ['people | where: "name", "Ada" | map: "age" | first', '36'],
    ['people | sum: "age"', '162'],
    ['people | map: "retired" | compact | size', '1'],
    ['sizes | json', '{"m":2,"s":1}'],
    ['at | date: "%Y-%m-%d %H:%M:%S.%L %z"', '2026-03-09 07:05:02.250 +0100'],
    ['at | date: "%A, %-d %B %Y, %-I:%M %p"', 'Monday, 9 March 2026, 7:05 AM'],
    ['at | date: "%s"', '1773036302'],
    ['epoch | date: "%F %T"', '1970-01-02 00:00:00'],
    ['nothing | default: "n/a"', 'n/a'],
    ['empty | default: "n/a"', 'n/a'],
    ['no | default: "n/a"', 'n/a'],
    ['n | default: "n/a"', '7'],
    ['absent | default: input.n', '7'],
    ['absent ?? input.title | strip', 'Head of  Data'],
    ['absent ? | upcase', ''],
    ['absent | upcase ?', ''],
    ['people[*].skills[*] | uniq | join: ", "', 'maths, engines'],
  ])('%s', async (binding, rendered) => {
    expect(await render(`{{ input.${binding} }}`)).toEqual({ rendered, missing: [] });
  });

  test.each([
    'input.absent | upcase',
    'input.nothing | size',
    'input.title | plus: 1',
    'input.title | date: "%Y"',
    'input.title | append: input.absent',
    'input.n | divided_by: 0',
    'input.words | where: "x" | first',
    'input.absent | default: input.nowhere',
  ])('%s is missing', async (binding) => {
    expect(await render(`{{ ${binding} }}`)).toEqual({ rendered: null, missing: [binding] });
  });

  test.each([
    ['{{ a | upper }}', 'no filter is named "upper"'],
    ['{{ a | truncate: "x" }}', 'truncate takes a whole number, not "x"'],
    ['{{ a | plus }}', 'plus takes 1 argument'],
    ['{{ a | upcase: 1 }}', 'upcase takes no argument, not 1'],
    ['{{ a | truncate: 1, "x", 2 }}', 'truncate takes 0 to 2 arguments, not 3'],
    ['{{ a | append: }}', 'there is nothing to put in'],
    ['{{ a | append: b c }}', 'syntax error'],
    ['{{ a | }}', 'no filter is named ""'],
    ['{{ a | date: "%Q" }}', 'date knows no such format'],
  ])('%s does not compile', async (template, message) => {
    expect(await refusal(template)).toContain(`PWDEF The template does not compile: ${message}`);
  });

  test('no value makes a filter raise', async () => {
    const values = [
      null,
      true,
      0,
      -1.5,
      1e300,
      '',
      'x',
      '9'.repeat(400),
      '2026-02-30',
      '0000-01-01',
      '9999-12-31T23:59:59Z',
      '2026-01-01T10:00:00+99:99',
      [],
      [1, 'a', null, { a: 1 }],
      { a: { b: [1] } },
      -1e17,
      '1e99',
    ];
    const [row] = await db.query<{ n: number }>(
      `select count(f.result)::int as n from pgwave_private.list_filters() l
        cross join jsonb_array_elements($1) v (value)
        cross join jsonb_array_elements($1) a (argument)
        cross join lateral (select pgwave_private.apply_filter(
          jsonb_build_object('name', l.name, 'kind', l.kind), v.value,
          to_jsonb(array_fill(a.argument, array[cardinality(l.takes)]))) as result) f`,
      [JSON.stringify(values)],
    );
    expect(row?.n).toBeGreaterThan(1000);
  });
});

describe('tags', () => {
  test.each<[string, string]>([
    ['{% for w in input.words %}{{ w }},{% endfor %}', 'pear,Apple,fig,pear,'],
    ['{% for w in input.words limit:2 offset:1 %}{{ w }},{% endfor %}', 'Apple,fig,'],
    ['{% for w in input.words reversed %}{{ w }}{% endfor %}', 'pearfigApplepear'],
    [
      '{% for p in input.people %}{{ forloop.index }}/{{ forloop.length }} {{ p.name }}{% unless forloop.last %}; {% endunless %}{% endfor %}',
      '1/3 Ada; 2/3 Grace; 3/3 Alan',
    ],
    [
      '{% for p in input.people %}{% for s in p.skills %}{{ p.name }}: {{ s }} {{ input.n }}|{% else %}-{% endfor %}{% endfor %}',
      'Ada: maths 7|Ada: engines 7|-Alan: maths 7|',
    ],
    ['{% for p in input.people ? %}{{ p.skills[*] | join }}.{% endfor %}', 'maths engines..maths.'],
    ['{% for w in input.absent ? %}x{% else %}none{% endfor %}', 'none'],
    ['{% for w in input.words | sort | uniq %}{{ w }} {% endfor %}', 'Apple fig pear '],
    ['{% for pair in input.sizes %}{{ pair[0] }}={{ pair[1] }} {% endfor %}', 'm=2 s=1 '],
    ['{% for job in extract.jobs %}{{ job.id }}{% endfor %}', '12'],
    ['{% if input.n > 5 %}big{% elsif input.n > 3 %}mid{% else %}small{% endif %}', 'big'],
    ['{% if input.n > 9 %}big{% elsif input.n > 3 %}mid{% else %}small{% endif %}', 'mid'],
    ['{% if input.n > 9 %}big{% elsif input.n > 8 %}mid{% else %}small{% endif %}.', 'small.'],
    [
      'a{{ input.n }}{% for w in input.words limit: 1 %}{{ w }}{% else %}-{% endfor %}{{ input.n }}',
      'a7pear7',
    ],
    [
      'a{{ input.n }}{% for w in input.absent ? %}{{ w }}{% else %}-{% endfor %}{{ input.n }}',
      'a7-7',
    ],
    ['{% if input.absent %}yes{% else %}no{% endif %}', 'no'],
    ['{% if input.absent == nil %}yes{% endif %}', 'yes'],
    ['{% if input.n != nil %}yes{% endif %}', 'yes'],
    ['{% if input.absent != "x" %}yes{% else %}unknown{% endif %}', 'unknown'],
    ['{% unless input.absent == "x" %}yes{% else %}unknown{% endunless %}', 'unknown'],
    ['{% unless input.absent %}yes{% endunless %}', 'yes'],
    ['{% if input.absent > 1 or input.n == 7 %}yes{% endif %}', 'yes'],
    ['{% if input.absent > 1 and input.n == 7 %}yes{% else %}no{% endif %}', 'no'],
    [
      '{% if input.words contains \'fig\' and extract.response contains "long" %}yes{% endif %}',
      'yes',
    ],
    [
      '{% for p in input.people %}{% if p.age >= 41 and p.name != "Alan" %}{{ p.name }}{% endif %}{% endfor %}',
      'Grace',
    ],
    ['a {%- if input.n -%} b {%- endif -%} c', 'abc'],
    [
      '{% raw %}{{ x }} {% if %}{% endraw %}{% comment %}{{ y }}{% endcomment %}!',
      '{{ x }} {% if %}!',
    ],
    ['{% for item in input.words limit: 1 %}{{ item | upcase }}{% endfor %}', 'PEAR'],
    ['100{%s} {% 5 %} {{ input.n }} {%', '100{%s} {% 5 %} 7 {%'],
    ['{{ "{%" }} for', '{% for'],
  ])('%s', async (template, rendered) => {
    expect(await render(template)).toEqual({ rendered, missing: [] });
  });

  test('what is missing in a for is named once', async () => {
    expect(
      await render(
        '{% for p in input.people %}{{ p.retired }}{{ p.boss }}{% endfor %}{% for x in input.gone %}{% endfor %}',
      ),
    ).toEqual({
      rendered: null,
      missing: ['p.retired', 'p.boss', 'input.gone'],
    });
  });

  test.each([
    ['{% for x in a %}', '{% for %} is not closed'],
    ['{% endif %}', 'endif ends nothing'],
    ['{% for x in a %}{% endif %}{% endfor %}', 'endif stands where endfor is due'],
    ['{% else %}', 'else stands in no if and no for'],
    ['{% form x %}', 'no tag is named "form"'],
    ['{% assign x = 1 %}', 'no tag is named "assign"'],
    ['{% for x of a %}{% endfor %}', 'for takes a name and a list'],
    ['{% for extract in a %}{% endfor %}', 'extract means something else already'],
    ['{% if a > %}{% endif %}', 'nothing to put in'],
    ['{% if a and b or c %}{% endif %}', 'and and or do not stand together'],
    ['{% raw %} x', '{% raw %} is not closed'],
    [
      '{% for x in a %}{{ x.n + $b.n }}{% endfor %}',
      'in a for, a path reads one name, not b and x',
    ],
    [
      '{% for a in z %}{% for b in z %}{% for c in z %}{% for d in z %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}',
      'no more than three for stand in each other',
    ],
    ['{% if a %}{% endif %}{{ b', '{{ is not closed'],
  ])('%s does not compile', async (template, message) => {
    expect(await refusal(template)).toContain(message);
  });

  test('cost is linear in what is read and written', async () => {
    const cost = async (size: number): Promise<number> => {
      const items = Array.from({ length: size }, (_, n) => ({ n, text: 'x'.repeat(100) }));
      const [row] = await db.query<{ ms: number; length: number }>(
        `with made as materialized (select clock_timestamp() as t, pgwave_private.compile_template($1) as c),
              done as materialized (select m.t, length((pgwave_private.render_template(m.c, $2::jsonb)).rendered) as length from made m)
         select extract(epoch from clock_timestamp() - d.t) * 1e3 as ms, d.length from done d`,
        [
          '{% for g in input.groups %}{% for i in g.items %}{{ g.name }} {{ i.text }} {{ input.name }}\n{% endfor %}{% endfor %}',
          JSON.stringify({ input: { name: 'all', groups: [{ name: 'one', items }] } }),
        ],
      );
      expect(row?.length).toBe(size * 109);
      return Number(row?.ms);
    };
    await cost(100);
    const [small, large] = [await cost(1000), await cost(10_000)];
    // ten times the items; quadratic would be a hundred
    expect(large).toBeLessThan(40 * Math.max(small, 5));
  });
});
