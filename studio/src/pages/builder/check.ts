import { useEffect, useRef, useState } from 'react';
import {
  DraftGraphDocument,
  ValidateWorkflowDocument,
} from '../../../../graphql/operations/operations.generated.ts';
import { client } from '../../data/client.ts';
import { type Fault, faultOf } from '../../data/faults.ts';
import { act } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import type { VersionGraph } from '../../parts/graph/model.ts';
import { type Found, readDefinition } from './document.ts';

/** After this without a key the database is asked what is wrong. */
const PAUSE_MS = 250;

/** The graph of a definition that is not saved: each part with its JSON pointer. */
export interface DraftGraph extends VersionGraph {
  conversations: (VersionGraph['conversations'][number] & { at: string; tags: string[] | null })[];
  branches: (VersionGraph['branches'][number] & { at: string })[];
}

export interface Checked {
  /** Undefined while the newest text is being checked. */
  found: Found[] | undefined;
  /** Why it could not be checked. */
  fault: Fault | undefined;
  /** Of the last text that is YAML. */
  graph: DraftGraph | undefined;
  value: unknown;
}

/** What the database says about a text: faults of the newest only, and the graph of the last that could be read. */
export function useChecked(text: string): Checked {
  const [answer, setAnswer] = useState<{ text: string; found: Found[]; fault?: Fault }>();
  const [drawn, setDrawn] = useState<{ graph: DraftGraph; value: unknown }>();
  const isFirst = useRef(true);
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(
      async () => {
        isFirst.current = false;
        const { value, faults, lineOf } = readDefinition(text);
        if (faults.length > 0) return setAnswer({ text, found: faults });
        const definition = value ?? {};
        const [checked, graph] = await Promise.all([
          act(ValidateWorkflowDocument, { definition }),
          client.query(DraftGraphDocument, { definition }).toPromise(),
        ]);
        if (!isCurrent) return;
        const found = present(checked.data?.validateWorkflow?.result).map(
          (row): Found => ({
            path: row.path ?? '',
            line: lineOf(row.path ?? ''),
            code: row.code ?? '',
            message: row.message ?? '',
            hint: row.hint,
          }),
        );
        const fault = checked.fault ?? (graph.error && faultOf(graph.error));
        setAnswer({ text, found, ...(fault && { fault }) });
        if (graph.data?.draftGraph) setDrawn({ graph: graph.data.draftGraph as DraftGraph, value });
      },
      isFirst.current ? 0 : PAUSE_MS,
    );
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [text]);
  const own = answer?.text === text ? answer : undefined;
  return { found: own?.found, fault: own?.fault, graph: drawn?.graph, value: drawn?.value };
}
