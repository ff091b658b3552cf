import { ActionIcon, Group } from '@mantine/core';
import { useReactFlow, useStore } from '@xyflow/react';
import { Maximize, Minus, Plus } from 'lucide-react';
import { useEffect } from 'react';

// Below there is room for the buttons.
export const FIT = { maxZoom: 1, padding: { top: '16px', x: 0.04, bottom: '48px' } } as const;

/** Nearer, farther, all. */
export function Controls() {
  const flow = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  // A panel that opens beside it takes of its width.
  useEffect(() => {
    if (width > 0 && height > 0) void flow.fitView(FIT);
  }, [flow, width, height]);
  return (
    <Group gap={4} pos="absolute" right={8} bottom={8} style={{ zIndex: 5 }}>
      <ActionIcon variant="default" aria-label="Zoom in" onClick={() => flow.zoomIn()}>
        <Plus size={15} />
      </ActionIcon>
      <ActionIcon variant="default" aria-label="Zoom out" onClick={() => flow.zoomOut()}>
        <Minus size={15} />
      </ActionIcon>
      <ActionIcon variant="default" aria-label="Show all" onClick={() => flow.fitView(FIT)}>
        <Maximize size={15} />
      </ActionIcon>
    </Group>
  );
}
