import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { StepPromptDocument } from '../../../../graphql/operations/operations.generated.ts';
import { useAnswer } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { FaultNote, readError } from '../../parts/FaultNote.tsx';
import type { Run } from './graph-state.ts';
import { type Input, Prompt } from './Prompt.tsx';

/** What the failed step was given, in a place of a height of its own, so that nothing moves when it comes. */
function Given({ interactionId }: { interactionId: string }) {
  const { data, isLoading } = useAnswer(StepPromptDocument, { interactionId });
  const input = data?.interaction?.input as Input | undefined;
  return (
    <section className="panel given-prompt" aria-label="What the failed step was given">
      {isLoading ? (
        <Skeleton height={60} />
      ) : input ? (
        <Prompt input={input} id={interactionId} />
      ) : (
        <Text size="sm">Its prompt could not be read. Open the step to try again.</Text>
      )}
    </section>
  );
}

/** Where it failed and why, before anything else, and the prompt that it failed with. */
export function Failure({ run, open }: { run: Run; open: (id: string) => void }) {
  if (run.error == null || run.status !== 'failed') return null;
  const first = present(run.conversations?.nodes).find(
    (row) => (row.failed ?? 0) > 0 && row.firstFailedId,
  );
  return (
    <Stack gap={4} data-testid="failure">
      <FaultNote
        fault={readError(run.error)}
        title={first ? `Failed at ${first.conversationName}` : 'The run failed'}
      />
      {first?.firstFailedId && (
        <>
          <Given interactionId={first.firstFailedId} />
          <div>
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => open(first.firstFailedId as string)}
            >
              Open the failed step
            </Button>
          </div>
        </>
      )}
    </Stack>
  );
}
