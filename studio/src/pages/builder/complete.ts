import type { Completion } from '@codemirror/autocomplete';
import { useCallback, useRef } from 'react';
import { BindablePathsDocument } from '../../../../graphql/operations/operations.generated.ts';
import { client } from '../../data/client.ts';
import { present } from '../../data/present.ts';
import type { Checked } from './check.ts';
import type { Ask, Complete } from './completion.ts';
import { readDefinition } from './document.ts';

/** What may be written at a place, by the database: paths of the conversation that the line belongs to. */
export function useComplete(
  { graph, value }: Checked,
  text: string,
  actors: readonly string[],
): Complete {
  const now = useRef({ graph, value, text, actors });
  now.current = { graph, value, text, actors };
  return useCallback(async ({ what, context, line }: Ask): Promise<Completion[]> => {
    const { graph, value, text, actors } = now.current;
    const { lineOf } = readDefinition(text);
    const conversation = graph?.conversations.findLast(
      ({ at }) => (lineOf(at) ?? Infinity) <= line,
    );
    if (what === 'actor') return actors.map((label) => ({ label, type: 'class' }));
    if (what === 'conversation')
      return (graph?.conversations ?? []).map(({ name }) => ({ label: name, type: 'function' }));
    if (what === 'tag')
      return (conversation?.tags ?? []).map((tag) => ({ label: tag, type: 'constant' }));
    if (!conversation) return [];
    const { data } = await client
      .query(BindablePathsDocument, { definition: value, conversation: conversation.name })
      .toPromise();
    return present(data?.bindablePaths?.nodes)
      .filter(({ contexts }) => contexts?.includes(context))
      .map(({ path, type, optional, description, source }) => ({
        label: path ?? '',
        // Where it may not be there, it must be optional.
        apply: `${path}${optional && context === 'prompt' ? ' ?' : ''}`,
        detail: optional ? `${type}, optional` : (type ?? ''),
        type: source === 'conversation' ? 'function' : 'variable',
        ...(description && { info: description }),
      }));
  }, []);
}
