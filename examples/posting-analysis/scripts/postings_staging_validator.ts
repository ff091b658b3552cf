/**
 * Decides about every pending row of careers.postings_staging, and promotes what is approved to careers.postings.
 *
 * A row is rejected, with all its reasons, where company, title, description or external_url is missing, where its address or
 * its posting_id is in careers.postings already, or in an acceptable row before it. A given posting_id is kept.
 *
 * Takes no parameters. Answers {approved, rejected, promoted, reasons: {"title is missing": 1}} of this interaction, the same in
 * every attempt.
 */
import { script } from '../../../src/script.ts';

await script(async ({ interactionId, database }) => {
  const client = await database();
  await client.query('begin');
  // Two validators, or anybody else who inserts, would each miss the other's addresses. Readers are not kept waiting.
  await client.query('lock table careers.postings in share row exclusive mode');

  await client.query(
    `with pending as (
       select staging.staging_id, staging.external_url, staging.posting_id,
         staging.fetch_faults || array_remove(array[
           case when staging.company is null then 'company is missing' end,
           case when staging.title is null then 'title is missing' end,
           case when staging.description is null then 'description is missing' end,
           case when staging.external_url is null then 'external_url is missing' end,
           case when by_url.posting_id is not null
             then 'external_url is known already' end,
           case when by_id.posting_id is not null and by_id.posting_id is distinct from by_url.posting_id
             then 'posting_id is taken' end
         ], null) as reasons
       from careers.postings_staging as staging
       left join careers.postings as by_url on by_url.external_url = staging.external_url
       left join careers.postings as by_id on by_id.posting_id = staging.posting_id
       where staging.status = 'pending'
     ),
     -- Only a row that would itself be accepted can make a later one a duplicate.
     first_by_url as (
       select *, row_number() over (
         partition by external_url, reasons = '{}' order by staging_id
       ) as url_turn
       from pending
     ),
     first_by_id as (
       select *, row_number() over (
         partition by posting_id, reasons = '{}' and url_turn = 1 order by staging_id
       ) as id_turn
       from first_by_url
     ),
     judged as (
       select staging_id, case
         when reasons <> '{}' then reasons
         when url_turn > 1 then array['external_url occurs twice']
         when posting_id is not null and id_turn > 1 then array['posting_id occurs twice']
         else '{}'
       end as reasons
       from first_by_id
     )
     update careers.postings_staging as staging
     set status = case when judged.reasons = '{}' then 'approved' else 'rejected' end,
       rejection_reasons = judged.reasons,
       validated_by_interaction_id = $1,
       validated_at = now()
     from judged
     where staging.staging_id = judged.staging_id`,
    [interactionId],
  );

  // Rows with an id of their own first, so that the sequence can be moved past them before the others take a number.
  await client.query(promote('staging.posting_id', 'is not null'), [interactionId]);
  await client.query(
    `select setval('careers.postings_posting_id_seq', greatest(
       (select max(posting_id) from careers.postings),
       (select last_value from careers.postings_posting_id_seq)
     ))
     where exists (select from careers.postings)`,
  );
  await client.query(promote(`nextval('careers.postings_posting_id_seq')`, 'is null'), [
    interactionId,
  ]);

  const { rows } = await client.query<{ data: unknown }>(
    `select jsonb_build_object(
       'approved', count(*) filter (where status = 'approved'),
       'rejected', count(*) filter (where status = 'rejected'),
       'promoted', count(promoted_posting_id),
       'reasons', (
         select coalesce(jsonb_object_agg(counted.reason, counted.times), '{}')
         from (
           select reason, count(*) as times
           from careers.postings_staging, unnest(rejection_reasons) as reason
           where validated_by_interaction_id = $1
           group by reason
         ) as counted
       )
     ) as data
     from careers.postings_staging
     where validated_by_interaction_id = $1`,
    [interactionId],
  );
  await client.query('commit');
  return rows[0]?.data;
});

/** The statement that promotes the rows whose posting_id is given, or is not. */
function promote(postingId: string, given: 'is null' | 'is not null'): string {
  return `
    with promoted as (
      insert into careers.postings (
        posting_id, external_url, company, title, location, description, created_by_interaction_id
      )
      select ${postingId}, staging.external_url, staging.company, staging.title,
        staging.location, staging.description, staging.created_by_interaction_id
      from careers.postings_staging as staging
      where staging.validated_by_interaction_id = $1
        and staging.status = 'approved'
        and staging.promoted_posting_id is null
        and staging.posting_id ${given}
      order by staging.staging_id
      returning posting_id, external_url
    )
    update careers.postings_staging as staging
    set promoted_posting_id = promoted.posting_id
    from promoted
    where staging.external_url = promoted.external_url
      and staging.validated_by_interaction_id = $1
      and staging.status = 'approved'`;
}
