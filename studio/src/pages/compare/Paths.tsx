import { Table, Text } from '@mantine/core';
import { differences } from '../../data/differences.ts';
import { plural } from '../../data/format.ts';
import { ScrollBox } from '../../parts/ScrollBox.tsx';
import { WordDiff } from '../../parts/WordDiff.tsx';

const LONGEST = 400;

function Value({ value }: { value: unknown }) {
  if (value === undefined) return <Text size="xs">is not there</Text>;
  const text = JSON.stringify(value);
  return (
    <code className="isolate" style={{ overflowWrap: 'anywhere' }}>
      {text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}
    </code>
  );
}

/** Where two pieces of data differ, by path; long texts by words. */
export function Paths({ a, b }: { a: object; b: object }) {
  const rows = differences(a, b);
  if (rows.length === 0) return <Text size="sm">The data is the same.</Text>;
  return (
    <ScrollBox name="Differences by path" maxHeight={320}>
      <Table fz="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{plural(rows.length, 'path')}</Table.Th>
            <Table.Th>A</Table.Th>
            <Table.Th>B</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => {
            const isText =
              typeof row.a === 'string' &&
              typeof row.b === 'string' &&
              row.a.length + row.b.length > 80;
            return (
              <Table.Tr key={row.path}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{row.path}</Table.Td>
                {isText ? (
                  <Table.Td colSpan={2}>
                    <WordDiff from={row.a as string} to={row.b as string} />
                  </Table.Td>
                ) : (
                  <>
                    <Table.Td>
                      <Value value={row.a} />
                    </Table.Td>
                    <Table.Td>
                      <Value value={row.b} />
                    </Table.Td>
                  </>
                )}
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </ScrollBox>
  );
}
