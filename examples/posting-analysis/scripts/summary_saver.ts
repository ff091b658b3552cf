/**
 * Saves the summary in the standard format to careers.postings.
 *
 * params.posting_id    the posting
 * params.conversation  whose response it is; default `format`
 *
 * Answers {posting_id, characters}. Saving twice leaves what saving once does.
 */
import { ScriptError, script } from '../../../src/script.ts';
import { nothingToSave, readConversation, requireId } from './read-params.ts';

await script(async ({ params, interactionId, database, queryPreviousInteraction }) => {
  const postingId = requireId(params, 'posting_id');
  const conversation = readConversation(params, 'format');
  const summary = (await queryPreviousInteraction(conversation))?.response?.trim();
  if (!summary) throw nothingToSave(conversation, 'has no text to save');

  const client = await database();
  const { rowCount } = await client.query(
    `update careers.postings
     set extracted_summary = $2,
       summary_saved_by_interaction_id = $3,
       updated_at = case when summary_saved_by_interaction_id = $3 then updated_at else now() end
     where posting_id = $1`,
    [postingId, summary, interactionId],
  );
  if (rowCount === 0) {
    throw new ScriptError(`There is no posting ${postingId}`, { retryable: false });
  }
  return { posting_id: postingId, characters: summary.length };
});
