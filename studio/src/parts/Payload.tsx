import { Button, Group, SegmentedControl, Table, Text } from '@mantine/core';
import { Download } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { bytes } from '../data/format.ts';
import { ScrollBox } from './ScrollBox.tsx';

const Markdown = lazy(() => import('./MarkdownText.tsx'));

/** What is longer opens folded. */
const FOLD_AT = 20_000;
const FOLDED = 4_000;

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** Text as text, whoever wrote it; long text folded, with its size. */
export function LongText({
  text,
  name,
  mono = false,
}: {
  text: string;
  name: string;
  mono?: boolean;
}) {
  const [isOpen, setOpen] = useState(false);
  const isLong = text.length > FOLD_AT;
  const shown = isLong && !isOpen ? text.slice(0, FOLDED) : text;
  return (
    <div>
      <ScrollBox name={name}>
        <pre className={mono ? 'code' : 'text'}>{shown}</pre>
      </ScrollBox>
      {isLong && (
        <Group gap="xs" mt={6}>
          <Text size="xs" c="dimmed">
            {isOpen ? bytes(text.length) : `first ${bytes(FOLDED)} of ${bytes(text.length)}`}
          </Text>
          <Button size="compact-xs" variant="default" onClick={() => setOpen(!isOpen)}>
            {isOpen ? 'Fold' : 'Show all'}
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<Download size={12} />}
            onClick={() => download(`${name}.txt`, text)}
          >
            Download
          </Button>
        </Group>
      )}
    </div>
  );
}

type Row = Record<string, unknown>;

/** Rows of a value that is a list of objects, itself or in its one list; null: it is no table. */
function rowsOf(value: unknown): Row[] | null {
  const list = Array.isArray(value)
    ? value
    : typeof value === 'object' && value !== null
      ? Object.values(value).find(Array.isArray)
      : undefined;
  if (!Array.isArray(list) || list.length === 0) return null;
  return list.every((r) => typeof r === 'object' && r !== null && !Array.isArray(r)) ? list : null;
}

const cell = (value: unknown): string =>
  value == null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);

function DataTable({ rows, name }: { rows: Row[]; name: string }) {
  const columns = [...new Set(rows.slice(0, 50).flatMap(Object.keys))].slice(0, 20);
  return (
    <ScrollBox name={name}>
      <Table striped fz="xs">
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column}>{column}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.slice(0, 200).map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name, and never move
            <Table.Tr key={index}>
              {columns.map((column) => (
                <Table.Td key={column} className="isolate">
                  {cell(row[column]).slice(0, 300)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {rows.length > 200 && (
        <Text size="xs" c="dimmed" mt={6}>
          The first 200 of {rows.length} rows. The data view has all.
        </Text>
      )}
    </ScrollBox>
  );
}

/** JSON, indented. */
export function Data({ value, name }: { value: unknown; name: string }) {
  return <LongText mono name={name} text={JSON.stringify(value, null, 2) ?? 'null'} />;
}

/** An output as text, data, a table, or Markdown: whichever it can be. */
export function Output({ output, name }: { output: unknown; name: string }) {
  const { response, data } = (output ?? {}) as { response?: unknown; data?: unknown };
  const text = typeof response === 'string' ? response : undefined;
  const rows = rowsOf(data);
  const views = [
    ...(text === undefined ? [] : ['Text', 'Markdown']),
    ...(rows ? ['Table'] : []),
    ...(data == null ? [] : ['Data']),
    'All',
  ];
  const [chosen, choose] = useState<string>();
  const view = chosen !== undefined && views.includes(chosen) ? chosen : (views[0] as string);
  return (
    <div>
      <SegmentedControl
        size="xs"
        mb={6}
        data={views}
        value={view}
        onChange={choose}
        aria-label="View of the output"
      />
      {view === 'Text' && <LongText text={text ?? ''} name={name} />}
      {view === 'Markdown' && (
        <Suspense fallback={null}>
          <Markdown text={text ?? ''} />
        </Suspense>
      )}
      {view === 'Table' && rows && <DataTable rows={rows} name={name} />}
      {view === 'Data' && <Data value={data} name={name} />}
      {view === 'All' && <Data value={output} name={name} />}
    </div>
  );
}
