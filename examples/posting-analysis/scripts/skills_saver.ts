/**
 * Matches extracted skills to careers.skills_taxonomy, by name or alias, and saves them to careers.profile_skills.
 *
 * params.posting_id    the posting
 * params.conversation  whose output it is; default `skills`
 *
 * The skills are `data.skills` (a list of texts) of that output; without data, its text is read: JSON, or a list with commas, lines or
 * bullets. The posting's earlier skills are replaced. What the taxonomy does not know is kept on the posting.
 *
 * Answers {posting_id, saved: ["Python"], unmatched: ["Tea brewing"]}. Saving twice leaves what saving once does.
 */
import { ScriptError, script } from '../../../src/script.ts';
import { nothingToSave, readConversation, requireId } from './read-params.ts';

await script(async ({ params, interactionId, database, queryPreviousInteraction }) => {
  const postingId = requireId(params, 'posting_id');
  const conversation = readConversation(params, 'skills');
  const output = await queryPreviousInteraction(conversation);
  if (!output) throw nothingToSave(conversation, 'has no output');
  const skills = readSkills(output.data) ?? readSkillsText(output.response ?? '');

  const client = await database();
  await client.query('begin');
  const { rowCount } = await client.query(
    'select from careers.postings where posting_id = $1 for update',
    [postingId],
  );
  if (rowCount === 0) {
    throw new ScriptError(`There is no posting ${postingId}`, { retryable: false });
  }
  const { rows } = await client.query<{ mentioned: string; skill_id: number | null; name: string }>(
    `select mentioned, matched.skill_id, matched.skill_name as name
     from unnest($1::text[]) with ordinality as given (mentioned, place)
     left join lateral (
       select skill_id, skill_name
       from careers.skills_taxonomy
       where lower(skill_name) = lower(mentioned) or lower(mentioned) = any (aliases)
       order by lower(skill_name) = lower(mentioned) desc, skill_id
       limit 1
     ) as matched on true
     order by place`,
    [skills],
  );
  const matched = rows.filter((row) => row.skill_id !== null);
  const unmatched = rows.filter((row) => row.skill_id === null).map((row) => row.mentioned);

  await client.query(
    `delete from careers.profile_skills
     where posting_id = $1 and skill_id <> all ($2::bigint[])`,
    [postingId, matched.map((row) => row.skill_id)],
  );
  await client.query(
    `insert into careers.profile_skills (
       posting_id, skill_id, mentioned_as, created_by_interaction_id
     )
     select $1, skill_id, min(mentioned), $4
     from unnest($2::bigint[], $3::text[]) as found (skill_id, mentioned)
     group by skill_id
     on conflict (posting_id, skill_id) do nothing`,
    [
      postingId,
      matched.map((row) => row.skill_id),
      matched.map((row) => row.mentioned),
      interactionId,
    ],
  );
  await client.query(
    `update careers.postings
     set skills_unmatched = $2,
       skills_saved_by_interaction_id = $3,
       updated_at = case when skills_saved_by_interaction_id = $3 then updated_at else now() end
     where posting_id = $1`,
    [postingId, unmatched, interactionId],
  );
  await client.query('commit');
  return {
    posting_id: postingId,
    saved: [...new Set(matched.map((row) => row.name))],
    unmatched,
  };
});

/** The skills of `{skills: […]}` or of a bare list; undefined where the data is neither. */
function readSkills(data: unknown): string[] | undefined {
  const list = Array.isArray(data) ? data : (data as { skills?: unknown } | null)?.skills;
  if (typeof list === 'string') return readSkillsText(list);
  if (!Array.isArray(list)) return undefined;
  return tidy(list.filter((skill): skill is string => typeof skill === 'string'));
}

function readSkillsText(text: string): string[] {
  try {
    const skills = readSkills(JSON.parse(text));
    if (skills) return skills;
  } catch {
    // Not JSON: a list in prose.
  }
  return tidy(text.split(/[,;\n]/).map((skill) => skill.replace(/^\s*(?:[-*•]|\d+[.)])\s*/, '')));
}

/** Without blanks and repetitions, in the order in which they came. */
function tidy(skills: string[]): string[] {
  const byKey = new Map<string, string>();
  for (const skill of skills) {
    const text = skill.trim().replace(/[.]$/, '');
    if (text !== '' && !byKey.has(text.toLowerCase())) byKey.set(text.toLowerCase(), text);
  }
  return [...byKey.values()];
}
