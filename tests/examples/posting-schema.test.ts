import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPostingDatabase, exampleFolder, type PostingDatabase } from './posting-database.ts';

let db: PostingDatabase;
beforeAll(async () => {
  db = await createPostingDatabase();
});
afterAll(() => db?.close());

describe('schema.sql', () => {
  it('can be loaded again, and changes nothing then', async () => {
    const state = () =>
      db.query(
        `select (select count(*) from careers.skills_taxonomy) as skills,
           (select max(skill_id) from careers.skills_taxonomy) as newest,
           (select max(xmin::text::bigint) from careers.skills_taxonomy) as written`,
      );
    const before = await state();
    await db.loadSchema();
    expect(await state()).toEqual(before);
  });

  it('knows about 150 skills, and every name and alias belongs to one', async () => {
    const [row] = await db.query<{ skills: number; categories: number }>(
      `select count(*)::int as skills, count(distinct category)::int as categories
       from careers.skills_taxonomy`,
    );
    expect(row?.skills).toBeGreaterThanOrEqual(150);
    expect(row?.categories).toBe(6);
    const twice = await db.query(
      `select spelling
       from careers.skills_taxonomy, unnest(aliases || lower(skill_name)) as spelling
       group by spelling having count(*) > 1`,
    );
    expect(twice).toEqual([]);
    expect(
      await db.query(
        'select skill_name from careers.skills_taxonomy, unnest(aliases) as alias where alias <> lower(alias)',
      ),
    ).toEqual([]);
  });

  it('says what every table and column is', async () => {
    const silent = await db.query(
      `select class.relname, attribute.attname
       from pg_class as class
       join pg_attribute as attribute on attribute.attrelid = class.oid and attribute.attnum >= 0
       where class.relnamespace = 'careers'::regnamespace and class.relkind = 'r'
         and not attribute.attisdropped
         and col_description(class.oid, attribute.attnum) is null`,
    );
    expect(silent).toEqual([]);
  });

  it('has an index on every foreign key', async () => {
    const bare = await db.query(
      `select conname from pg_constraint as fk
       where fk.contype = 'f' and fk.connamespace = 'careers'::regnamespace
         and not exists (
           select from pg_index where indrelid = fk.conrelid and indkey[0] = fk.conkey[1]
         )`,
    );
    expect(bare).toEqual([]);
  });

  it('lets pgwave_sql read and not write', async () => {
    await db.as('pgwave_sql', async (client) => {
      await client.query(
        'select from careers.postings, careers.postings_staging, careers.profile_skills',
      );
      for (const statement of [
        `insert into careers.postings (external_url, company, title, description) values ('a', 'b', 'c', 'd')`,
        'update careers.postings set title = null',
        'delete from careers.profile_skills',
      ]) {
        await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
      }
    });
  });

  it('lets pgwave_script write what its scripts write, and no more', async () => {
    await db.as('pgwave_script', async (client) => {
      for (const statement of [
        'delete from careers.postings',
        'delete from careers.postings_staging',
        `update careers.postings_staging set title = 'x'`,
        `insert into careers.skills_taxonomy (skill_name, category) values ('x', 'y')`,
        'drop table careers.postings',
      ]) {
        await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
      }
    });
  });
});

describe('postings.jsonl', () => {
  const read = (name: string) =>
    readFileSync(path.join(exampleFolder, name), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('holds twelve postings, 170 to 181, of 120 to 300 words', () => {
    const postings = read('postings.jsonl');
    expect(postings.map((posting) => posting.posting_id)).toEqual(
      Array.from({ length: 12 }, (_, i) => 170 + i),
    );
    for (const posting of postings) {
      expect(Object.keys(posting)).toEqual([
        'posting_id',
        'company',
        'title',
        'location',
        'description',
      ]);
      const words = String(posting.description).split(/\s+/).length;
      expect(words).toBeGreaterThanOrEqual(120);
      expect(words).toBeLessThanOrEqual(300);
    }
  });
});
