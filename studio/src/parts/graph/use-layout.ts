import { useEffect, useState } from 'react';
import { type Layout, layOut } from './layout.ts';
import { branchLabel, leading, type VersionGraph } from './model.ts';

export const WIDTH = 236;
export const HEIGHT = 62;

/** Where everything lies; undefined until that is known. */
export function useLayout(graph: VersionGraph, isEdited: boolean): Layout | undefined {
  const [layout, setLayout] = useState<{ of: VersionGraph; layout: Layout }>();
  useEffect(() => {
    let isCurrent = true;
    layOut({
      nodes: graph.conversations.map(({ conversation_id }) => ({
        id: String(conversation_id),
        width: WIDTH,
        height: HEIGHT,
      })),
      edges: leading(graph).map((branch) => ({
        id: String(branch.branch_id),
        from: String(branch.from),
        to: String(branch.to),
        labelWidth: Math.min(200, Math.max(branchLabel(branch).length, isEdited ? 6 : 0) * 6),
      })),
    }).then((done) => {
      if (isCurrent) setLayout({ of: graph, layout: done });
    });
    return () => {
      isCurrent = false;
    };
  }, [graph, isEdited]);
  // While an edited graph is laid out anew, it stays as it was.
  return layout?.of === graph || isEdited ? layout?.layout : undefined;
}
