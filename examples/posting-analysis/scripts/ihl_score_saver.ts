/**
 * Saves the IHL expert's score and verdict to careers.postings.
 *
 * params.posting_id    the posting
 * params.conversation  whose output it is; default `ihl_expert`
 *
 * Reads `data.ihl_score`, `data.verdict` and `data.reasoning`; without such data the text is searched ("IHL: 5", "score 5", "5/10").
 *
 * Answers {posting_id, ihl_score, verdict, read_from: "data" | "text"}. Saving twice leaves what saving once does.
 */
import { ScriptError, script } from '../../../src/script.ts';
import { nothingToSave, readConversation, requireId } from './read-params.ts';

await script(async ({ params, interactionId, database, queryPreviousInteraction }) => {
  const postingId = requireId(params, 'posting_id');
  const conversation = readConversation(params, 'ihl_expert');
  const output = await queryPreviousInteraction(conversation);
  if (!output) throw nothingToSave(conversation, 'has no output');

  const data = (output.data ?? {}) as {
    ihl_score?: unknown;
    verdict?: unknown;
    reasoning?: unknown;
  };
  const text = output.response ?? '';
  const given = data.ihl_score === undefined ? undefined : Number(data.ihl_score);
  const score = given ?? readScore(text);
  if (score === undefined) throw nothingToSave(conversation, 'names no IHL score');
  if (!Number.isInteger(score) || score < 1 || score > 10) {
    throw nothingToSave(conversation, `gives an IHL score of ${score}; it goes from 1 to 10`);
  }
  const verdict =
    typeof data.verdict === 'string' && data.verdict.trim() !== ''
      ? data.verdict.trim()
      : readVerdict(text);
  const reasoning = typeof data.reasoning === 'string' ? data.reasoning.trim() || null : null;

  const client = await database();
  const { rowCount } = await client.query(
    `update careers.postings
     set ihl_score = $2,
       ihl_verdict = $3,
       ihl_reasoning = $4,
       ihl_saved_by_interaction_id = $5,
       updated_at = case when ihl_saved_by_interaction_id = $5 then updated_at else now() end
     where posting_id = $1`,
    [postingId, score, verdict, reasoning, interactionId],
  );
  if (rowCount === 0) {
    throw new ScriptError(`There is no posting ${postingId}`, { retryable: false });
  }
  return {
    posting_id: postingId,
    ihl_score: score,
    verdict,
    read_from: given === undefined ? 'text' : 'data',
  };
});

/** The last score that the text names; models come to their conclusion at the end. */
function readScore(text: string): number | undefined {
  const withoutScale = text.replace(/\(?\b1\s*(?:-|–|\.\.|to)\s*10\b\s*\)?/gi, '');
  const named = withoutScale.matchAll(
    /\b(?:ihl(?:[ _-]?score)?|score|rating)\b["'*]*\s*(?:is|of|[:=-])?\s*["'*]*(10|\d)\b/gi,
  );
  const outOfTen = withoutScale.matchAll(/\b(10|\d)\s*(?:\/|out of)\s*10\b/gi);
  const last = [...named].at(-1) ?? [...outOfTen].at(-1);
  return last ? Number(last[1]) : undefined;
}

function readVerdict(text: string): string | null {
  const word = [...text.matchAll(/\b(genuine|borderline|pre[-_ ]?wired)\b/gi)].at(-1)?.[1];
  return word ? word.toUpperCase().replace(/^PRE[-_ ]?WIRED$/, 'PRE_WIRED') : null;
}
