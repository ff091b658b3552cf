import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPostingDatabase, exampleFolder, type PostingDatabase } from './posting-database.ts';

let db: PostingDatabase;
const files = mkdtempSync(path.join(tmpdir(), 'pgwave-postings-'));
beforeAll(async () => {
  db = await createPostingDatabase();
});
afterAll(async () => {
  rmSync(files, { recursive: true });
  await db?.close();
});

/** Writes lines (objects or raw text) to a file and returns its path. */
function writeLines(name: string, lines: unknown[]): string {
  const file = path.join(files, name);
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  writeFileSync(file, text.join('\n'));
  return file;
}
const posting = (fields: object): object => ({
  company: 'Test Ltd',
  title: 'Tester',
  description: 'Tests things.',
  ...fields,
});

describe('db_job_fetcher', () => {
  it('stages a file, and another attempt adds nothing', async () => {
    const params = { source: 'postings.jsonl', base: exampleFolder };
    const first = await db.runScript('db_job_fetcher.ts', 1001, params);
    expect(first.data).toEqual({
      source: 'postings.jsonl',
      fetched: 12,
      staged: 12,
      unreadable: 0,
    });
    expect(await db.runScript('db_job_fetcher.ts', 1001, params)).toEqual(first);
    const rows = await db.query(
      `select posting_id::int, external_url, status, source_line
       from careers.postings_staging where created_by_interaction_id = 1001 order by source_line`,
    );
    expect(rows).toHaveLength(12);
    expect(rows[6]).toEqual({
      posting_id: 176,
      external_url: 'posting:176',
      status: 'pending',
      source_line: 7,
    });
    expect(await db.query('select from careers.postings')).toEqual([]);
  });

  it('reads as many as the limit says', async () => {
    const params = { source: path.join(exampleFolder, 'postings.jsonl'), limit: 5 };
    const { data } = await db.runScript('db_job_fetcher.ts', 1002, params);
    expect(data).toMatchObject({ fetched: 5, staged: 5 });
  });

  it('reads an address', async () => {
    const server = createServer((request, response) => {
      if (request.url !== '/postings')
        response.writeHead(request.url === '/gone' ? 410 : 503).end();
      else response.end(`${JSON.stringify(posting({ url: 'https://a.example/1' }))}\n\n`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { data } = await db.runScript('db_job_fetcher.ts', 1003, {
      source: `${address}/postings`,
    });
    expect(data).toMatchObject({ fetched: 1, staged: 1 });
    await expect(
      db.runScript('db_job_fetcher.ts', 1003, { source: `${address}/gone` }),
    ).rejects.toMatchObject({ code: 'script_error', retryable: false });
    await expect(
      db.runScript('db_job_fetcher.ts', 1003, { source: `${address}/busy` }),
    ).rejects.toMatchObject({ code: 'script_error', retryable: true });
    server.close();
  });

  it('stages what it cannot read, and says what is wrong', async () => {
    const source = writeLines('odd.jsonl', [
      '{not json',
      '[1, 2]',
      'null',
      posting({ posting_id: 'abc', title: ['Tester'] }),
      posting({ posting_id: '900', title: 'a\u0000b\ud800' }),
    ]);
    const { data } = await db.runScript('db_job_fetcher.ts', 1004, { source });
    expect(data).toMatchObject({ fetched: 5, staged: 5, unreadable: 4 });
    const rows = await db.query(
      `select fetch_faults, raw is null as unread, posting_id::int, title
       from careers.postings_staging where created_by_interaction_id = 1004 order by source_line`,
    );
    expect(rows).toEqual([
      { fetch_faults: ['the line is not JSON'], unread: true, posting_id: null, title: null },
      {
        fetch_faults: ['the line is not a JSON object'],
        unread: true,
        posting_id: null,
        title: null,
      },
      {
        fetch_faults: ['the line is not a JSON object'],
        unread: true,
        posting_id: null,
        title: null,
      },
      {
        fetch_faults: ['posting_id is not a positive whole number', 'title is not a text'],
        unread: false,
        posting_id: null,
        title: null,
      },
      { fetch_faults: [], unread: false, posting_id: 900, title: 'a\uFFFDb\uFFFD' },
    ]);
  });

  it.each([
    ['no source', {}],
    ['a source that is not there', { source: '/nowhere.jsonl' }],
    ['a limit that is no number', { source: 'postings.jsonl', base: exampleFolder, limit: 'all' }],
  ])('refuses %s for good', async (_case, params) => {
    await expect(db.runScript('db_job_fetcher.ts', 1005, params)).rejects.toMatchObject({
      code: 'script_error',
      retryable: false,
    });
  });
});

describe('postings_staging_validator', () => {
  beforeAll(() => db.query('truncate careers.postings_staging, careers.postings cascade'));

  it('promotes the dozen with their ids', async () => {
    await db.runScript('db_job_fetcher.ts', 2001, {
      source: 'postings.jsonl',
      base: exampleFolder,
    });
    const first = await db.runScript('postings_staging_validator.ts', 2002);
    expect(first.data).toEqual({ approved: 12, rejected: 0, promoted: 12, reasons: {} });
    const rows = await db.query<{ posting_id: number; by: number }>(
      `select posting_id::int, created_by_interaction_id::int as by from careers.postings order by 1`,
    );
    expect(rows.map((row) => row.posting_id)).toEqual(
      Array.from({ length: 12 }, (_, i) => 170 + i),
    );
    expect(rows[0]?.by).toBe(2001);
    // Another attempt tells the same.
    expect(await db.runScript('postings_staging_validator.ts', 2002)).toEqual(first);
  });

  it('rejects a posting without a title and an address that occurs twice', async () => {
    await db.runScript('db_job_fetcher.ts', 2003, {
      source: 'postings-faulty.jsonl',
      base: exampleFolder,
    });
    const { data } = await db.runScript('postings_staging_validator.ts', 2004);
    expect(data).toEqual({
      approved: 1,
      rejected: 2,
      promoted: 1,
      reasons: { 'title is missing': 1, 'external_url occurs twice': 1 },
    });
  });

  it('gives all reasons, and lets only an acceptable row make another a duplicate', async () => {
    const source = writeLines('mixed.jsonl', [
      posting({ posting_id: 176, url: 'https://b.example/1' }),
      posting({ url: 'posting:176' }),
      { location: 'nowhere' },
      posting({ url: 'https://b.example/2', title: ' ' }),
      posting({ url: 'https://b.example/2' }),
      posting({ url: 'https://b.example/2' }),
      posting({ url: 'https://b.example/3', posting_id: 500 }),
      posting({ url: 'https://b.example/4', posting_id: 500 }),
      '{"company": ',
    ]);
    await db.runScript('db_job_fetcher.ts', 2005, { source });
    await db.runScript('postings_staging_validator.ts', 2006);
    const rows = await db.query<{ reasons: string[]; promoted: number | null }>(
      `select rejection_reasons as reasons, promoted_posting_id::int as promoted
       from careers.postings_staging where created_by_interaction_id = 2005 order by source_line`,
    );
    expect(rows.map((row) => row.reasons)).toEqual([
      ['posting_id is taken'],
      ['external_url is known already'],
      [
        'company is missing',
        'title is missing',
        'description is missing',
        'external_url is missing',
      ],
      ['title is missing'],
      [],
      ['external_url occurs twice'],
      [],
      ['posting_id occurs twice'],
      [
        'the line is not JSON',
        'company is missing',
        'title is missing',
        'description is missing',
        'external_url is missing',
      ],
    ]);
    // The one without an id takes the number after all that were given.
    expect(rows[4]?.promoted).toBe(501);
    expect(rows[6]?.promoted).toBe(500);
  });

  it('promotes each address once, whoever validates at the same time', async () => {
    const source = writeLines(
      'many.jsonl',
      Array.from({ length: 50 }, (_, i) => posting({ url: `https://c.example/${i % 25}` })),
    );
    for (const id of [2010, 2011, 2012]) await db.runScript('db_job_fetcher.ts', id, { source });
    const results = await Promise.all(
      [2020, 2021, 2022].map((id) => db.runScript('postings_staging_validator.ts', id)),
    );
    const data = results.map((result) => result.data as { promoted: number; rejected: number });
    expect(data.reduce((sum, { promoted }) => sum + promoted, 0)).toBe(25);
    expect(data.reduce((sum, { rejected }) => sum + rejected, 0)).toBe(125);
  });
});

describe('sql_query_executor', () => {
  const run = (query: string, params: object = {}) =>
    db.runScript('sql_query_executor.ts', 3001, { query, ...params });

  it('tells RUN or SKIP by the column skip, and hands back the row', async () => {
    const query =
      'select posting_id, extracted_summary is not null as skip from careers.postings where posting_id = :id;';
    expect(await run(query, { parameters: { id: 176 } })).toEqual({
      data: { tag: 'RUN', row: { posting_id: 176, skip: false } },
      tag: 'RUN',
    });
    expect((await run('select true as skip')).tag).toBe('SKIP');
  });

  it.each([
    ['1', 'SKIP'],
    ['0', 'RUN'],
    [`'yes'::text`, 'SKIP'],
    [`'f'::text`, 'RUN'],
    [`''::text`, 'RUN'],
    ['null', 'RUN'],
  ])('takes %s for %s', async (value, tag) => {
    expect((await run(`select ${value} as done`, { skip_when: 'done' })).tag).toBe(tag);
  });

  it('has no tag where no column decides', async () => {
    expect(await run('select 1 as one')).toEqual({ data: { row: { one: 1 } } });
    expect(await run('select 1 as one where false')).toEqual({ data: { row: null } });
  });

  it('takes names for parameters only where they are parameters', async () => {
    const { data } = await run(
      `select ':a' as a, e'\\':a' as b, ":id".x::text as c, $$:a$$ as d, /* :a */ :id::int as e, :id as f -- :a
       from (select :name::text as x) as ":id"`,
      { parameters: { id: 5, name: "it's" } },
    );
    expect(data).toEqual({
      row: { a: ':a', b: "':a", c: "it's", d: ':a', e: 5, f: 5 },
    });
  });

  it('passes lists and nulls', async () => {
    const { data } = await run('select 2 = any (:list::int[]) as found, :none::text as none', {
      parameters: { list: [1, 2], none: null },
    });
    expect(data).toEqual({ row: { found: true, none: null } });
  });

  it('takes the first row of a million without reading them', async () => {
    const { data } = await run('select n from generate_series(1, 1000000) as n');
    expect(data).toEqual({ row: { n: 1 } });
  });

  it.each([
    [
      'writes',
      `with gone as (update careers.postings set title = 'x' returning 1) select * from gone`,
    ],
    ['is no query', 'delete from careers.profile_skills'],
    ['is more than one', 'select 1; commit; delete from careers.profile_skills'],
    ['is cut', 'select from where'],
  ])('refuses a statement that %s', async (_case, query) => {
    await expect(run(query)).rejects.toMatchObject({ code: 'script_error' });
  });

  it.each([
    ['a parameter that is not given', 'select :missing', {}],
    ['a deciding column that is not there', 'select 1', { skip_when: 'done' }],
    ['no row to decide by', 'select 1 as skip where false', {}],
    ['no query', '', {}],
  ])('fails for good with %s', async (_case, query, params) => {
    await expect(run(query, params)).rejects.toMatchObject({
      code: 'script_error',
      retryable: false,
    });
  });
});

describe('the savers', () => {
  beforeAll(async () => {
    await db.query('truncate careers.postings_staging, careers.postings cascade');
    await db.addPostings(4000, 'postings.jsonl');
  });
  const read = async (columns: string) =>
    (await db.query(`select ${columns} from careers.postings where posting_id = 176`))[0];

  it('save a summary once, however often they run', async () => {
    await db.setPreviousOutput('format', { response: ' Title: Analyst \n', data: null, tag: null });
    const first = await db.runScript('summary_saver.ts', 4010, { posting_id: 176 });
    expect(first.data).toEqual({ posting_id: 176, characters: 14 });
    const columns = 'extracted_summary, summary_saved_by_interaction_id::int as by, updated_at';
    const saved = await read(columns);
    expect(saved).toMatchObject({ extracted_summary: 'Title: Analyst', by: 4010 });
    expect(await db.runScript('summary_saver.ts', 4010, { posting_id: 176 })).toEqual(first);
    expect(await read(columns)).toEqual(saved);
  });

  it('match skills by name and alias, keep what nobody knows, and replace what was there', async () => {
    const skills = ['python', 'Postgres', 'postgresql', 'Tea brewing', 'FP&A', 'Python'];
    await db.setPreviousOutput('skills', { response: null, data: { skills }, tag: null });
    const first = await db.runScript('skills_saver.ts', 4011, { posting_id: 176 });
    expect(first.data).toEqual({
      posting_id: 176,
      saved: ['Python', 'PostgreSQL', 'Financial Analysis'],
      unmatched: ['Tea brewing'],
    });
    const rows = () =>
      db.query(
        `select skill_name, mentioned_as, created_by_interaction_id::int as by
         from careers.profile_skills join careers.skills_taxonomy using (skill_id)
         where posting_id = 176 order by skill_name`,
      );
    const saved = await rows();
    expect(saved).toHaveLength(3);
    expect(await db.runScript('skills_saver.ts', 4011, { posting_id: 176 })).toEqual(first);
    expect(await rows()).toEqual(saved);
    expect(await read('skills_unmatched, skills_saved_by_interaction_id::int as by')).toEqual({
      skills_unmatched: ['Tea brewing'],
      by: 4011,
    });

    await db.setPreviousOutput('skills', {
      response: '- SQL\n2. Excel, python',
      data: null,
      tag: null,
    });
    await db.runScript('skills_saver.ts', 4012, { posting_id: 176 });
    expect(await rows()).toEqual([
      { skill_name: 'Excel', mentioned_as: 'Excel', by: 4012 },
      { skill_name: 'Python', mentioned_as: 'python', by: 4011 },
      { skill_name: 'SQL', mentioned_as: 'SQL', by: 4012 },
    ]);
  });

  it('read skills from JSON in a text, and take none for an answer', async () => {
    await db.setPreviousOutput('skills', {
      response: '{"skills":["Nursing"]}',
      data: null,
      tag: null,
    });
    const { data } = await db.runScript('skills_saver.ts', 4013, { posting_id: 170 });
    expect(data).toMatchObject({ saved: ['Nursing'] });
    await db.setPreviousOutput('skills', { response: null, data: { skills: [] }, tag: null });
    await db.runScript('skills_saver.ts', 4014, { posting_id: 170 });
    const [row] = await db.query(
      'select skills_saved_by_interaction_id::int as by from careers.postings where posting_id = 170',
    );
    expect(row).toEqual({ by: 4014 });
  });

  it('save the score of the data once, however often they run', async () => {
    const data = { verdict: 'BORDERLINE', ihl_score: 5, reasoning: 'Narrow.' };
    await db.setPreviousOutput('ihl_expert', { response: 'score: 9', data, tag: null });
    const first = await db.runScript('ihl_score_saver.ts', 4015, { posting_id: 176 });
    expect(first.data).toEqual({
      posting_id: 176,
      ihl_score: 5,
      verdict: 'BORDERLINE',
      read_from: 'data',
    });
    const columns =
      'ihl_score, ihl_verdict, ihl_reasoning, ihl_saved_by_interaction_id::int as by, updated_at';
    const saved = await read(columns);
    expect(saved).toMatchObject({
      ihl_score: 5,
      ihl_verdict: 'BORDERLINE',
      ihl_reasoning: 'Narrow.',
      by: 4015,
    });
    expect(await db.runScript('ihl_score_saver.ts', 4015, { posting_id: 176 })).toEqual(first);
    expect(await read(columns)).toEqual(saved);
  });

  it.each([
    ['GENUINE, score: 1', 1, 'GENUINE'],
    ['Verdict: **borderline**\n\nIHL: 5', 5, 'BORDERLINE'],
    ['Not genuine but pre-wired. IHL score (1-10): 10', 10, 'PRE_WIRED'],
    ['I would say 7/10.', 7, null],
    ['the analyst gives a score of 2; my IHL score is 3', 3, null],
  ])('find the score in the text %j', async (response, score, verdict) => {
    await db.setPreviousOutput('ihl_expert', { response, data: null, tag: null });
    const { data } = await db.runScript('ihl_score_saver.ts', 4016, { posting_id: 171 });
    expect(data).toMatchObject({ ihl_score: score, verdict, read_from: 'text' });
  });

  it.each([
    ['summary_saver.ts', 'format', { response: '  ', data: null, tag: null }],
    ['ihl_score_saver.ts', 'ihl_expert', { response: 'no idea', data: null, tag: null }],
    ['ihl_score_saver.ts', 'ihl_expert', { response: '', data: { ihl_score: 11 }, tag: null }],
    ['summary_saver.ts', 'format', null],
    ['skills_saver.ts', 'skills', null],
    ['ihl_score_saver.ts', 'ihl_expert', null],
  ])(
    'fail for good where there is nothing to save: %s, %s %j',
    async (name, conversation, output) => {
      await db.setPreviousOutput(conversation, output);
      await expect(db.runScript(name, 4017, { posting_id: 171 })).rejects.toMatchObject({
        code: 'script_error',
        retryable: false,
      });
    },
  );

  it.each(['summary_saver.ts', 'skills_saver.ts', 'ihl_score_saver.ts'])(
    'fail for good where there is no such posting: %s',
    async (name) => {
      await db.setPreviousOutput('format', { response: 'x', data: null, tag: null });
      await db.setPreviousOutput('skills', {
        response: null,
        data: { skills: ['SQL'] },
        tag: null,
      });
      await db.setPreviousOutput('ihl_expert', { response: 'score: 3', data: null, tag: null });
      for (const params of [{ posting_id: 999_999 }, { posting_id: 'x' }, {}]) {
        await expect(db.runScript(name, 4018, params)).rejects.toMatchObject({
          code: 'script_error',
          retryable: false,
        });
      }
    },
  );
});
