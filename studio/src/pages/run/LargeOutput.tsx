import { Button, Group, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import {
  OutputDocument,
  OutputTextDocument,
} from '../../../../graphql/operations/operations.generated.ts';
import { client } from '../../data/client.ts';
import { type Fault, faultOf } from '../../data/faults.ts';
import { bytes } from '../../data/format.ts';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { Output } from '../../parts/Payload.tsx';
import { ScrollBox } from '../../parts/ScrollBox.tsx';

const FIRST = 4_000;
const NEXT = 100_000;

/** An output of over 20 kB: its text in pieces, as one asks for them, or all of it. */
export function LargeOutput({ interactionId, size }: { interactionId: string; size: number }) {
  const [path, setPath] = useState(['response']);
  const [text, setText] = useState<string>();
  const [whole, setWhole] = useState<{ output: unknown }>();
  const [fault, setFault] = useState<Fault>();
  const [isBusy, setBusy] = useState(false);
  const read = async (from: readonly string[], start: number, length: number) => {
    setBusy(true);
    const { data, error } = await client
      .query(OutputTextDocument, { interactionId, path: [...from], start, length })
      .toPromise();
    setBusy(false);
    setFault(error && faultOf(error));
    return data?.interaction?.outputText;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for an interaction, which is the key of this component
  useEffect(() => {
    read(path, 0, FIRST).then(async (response) => {
      // What is large is the data if the response ends here.
      const data =
        response != null && response.length >= FIRST ? null : await read(['data'], 0, FIRST);
      if (data != null) setPath(['data']);
      setText(data ?? response ?? '');
    });
  }, []);
  const more = async () => {
    const piece = await read(path, text?.length ?? 0, NEXT);
    if (piece != null) setText((text ?? '') + piece);
  };
  const all = async () => {
    setBusy(true);
    const { data, error } = await client.query(OutputDocument, { interactionId }).toPromise();
    setBusy(false);
    setFault(error && faultOf(error));
    if (data?.interaction) setWhole({ output: data.interaction.output });
  };
  if (whole) return <Output output={whole.output} name={`output-${interactionId}`} />;
  return (
    <div>
      <FaultNote fault={fault} />
      {text !== undefined && (
        <ScrollBox name={`Beginning of the ${path[0]}`}>
          <pre className={path[0] === 'data' ? 'code' : 'text'}>{text}</pre>
        </ScrollBox>
      )}
      <Group gap="xs" mt={6}>
        <Text size="xs" c="dimmed" role="status">
          first {bytes(text?.length ?? 0)} of the {path[0]}
          {size > (text?.length ?? 0) && `, of about ${bytes(size)}`}
        </Text>
        <Button size="compact-xs" variant="default" loading={isBusy} onClick={more}>
          Show more
        </Button>
        <Button size="compact-xs" variant="default" loading={isBusy} onClick={all}>
          Read all of it
        </Button>
      </Group>
    </div>
  );
}
