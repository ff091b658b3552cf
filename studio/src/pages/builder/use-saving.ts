import { useState } from 'react';
import {
  DefineWorkflowDocument,
  LatestDefinitionDocument,
} from '../../../../graphql/operations/operations.generated.ts';
import { client } from '../../data/client.ts';
import { type Fault, faultOf } from '../../data/faults.ts';
import { act } from '../../data/live.ts';
import { readDefinition, writeDefinition } from './document.ts';
import type { Draft } from './use-draft.ts';

/** A version that is not the one of the draft. */
export interface Other {
  text: string;
  version: number;
  author: string;
}

/** Saving makes a version; where the latest is another than the draft's, it is shown first. */
export function useSaving({
  draft,
  name,
  saved,
}: {
  draft: Draft;
  name: string | undefined;
  saved: (workflow: string) => void;
}) {
  const [refused, setRefused] = useState<Fault>();
  const [isBusy, setBusy] = useState(false);
  const [done, setDone] = useState<{ workflow: string; version: number }>();
  const [other, setOther] = useState<Other>();
  const define = async () => {
    const definition = readDefinition(draft.text).value ?? {};
    const made = await act(DefineWorkflowDocument, { definition });
    setRefused(made.fault);
    const result = made.data?.defineWorkflow?.result;
    if (!result?.workflow) return;
    setOther(undefined);
    draft.saved(result.version);
    setDone({ workflow: result.workflow.workflowName, version: result.version });
    saved(result.workflow.workflowName);
  };
  const save = async (isSure: boolean) => {
    setBusy(true);
    if (name !== undefined && !isSure) {
      const answer = await client.query(LatestDefinitionDocument, { workflowName: name });
      const latest = answer.data?.workflowByName?.latestVersion;
      if (answer.error) setRefused(faultOf(answer.error));
      else if (latest && latest.version !== draft.version) {
        setOther({ ...latest, text: writeDefinition(latest.definition) });
      } else await define();
    } else await define();
    setBusy(false);
  };
  return {
    refused,
    isBusy,
    other,
    /** What was saved; undefined once something else is typed. */
    done: done?.version === draft.version && !draft.isChanged ? done : undefined,
    save,
    forget: () => setOther(undefined),
  };
}
