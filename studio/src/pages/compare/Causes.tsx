import { Anchor, Skeleton, Table, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { CompareBatchesDocument } from '../../../../graphql/operations/operations.generated.ts';
import { count } from '../../data/format.ts';
import { useAnswer } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { FaultNote } from '../../parts/FaultNote.tsx';

/** Why two batches differ: the causes counted, each with a pair of runs to look at. */
export function Causes({ a, b }: { a: string; b: string }) {
  const { data, fault, isLoading } = useAnswer(CompareBatchesDocument, { a, b });
  if (isLoading) return <Skeleton height={160} />;
  const causes = present(data?.explainChange?.nodes);
  return (
    <>
      <FaultNote fault={fault} />
      <Title order={2} size="h4">
        Causes, by how many tasks
      </Title>
      <div className="panel scroll" data-testid="causes">
        <Table fz="sm">
          <Table.Thead>
            <Table.Tr>
              {['cause', 'conversation', 'tasks', 'for example', ''].map((name) => (
                <Table.Th key={name} aria-label={name === '' ? 'compare' : undefined}>
                  {name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {causes.map((row) => (
              <Table.Tr key={`${row.cause}/${row.conversation}/${row.message}`}>
                <Table.Td>{row.cause?.replaceAll('_', ' ')}</Table.Td>
                <Table.Td>{row.conversation ?? '–'}</Table.Td>
                <Table.Td>{count(row.pairs)}</Table.Td>
                <Table.Td className="isolate" miw={200}>
                  {row.message}
                </Table.Td>
                <Table.Td className="nowrap">
                  {row.aExample && row.bExample && (
                    <Anchor
                      component={Link}
                      to="/compare"
                      search={{ a: row.aExample, b: row.bExample } as never}
                      size="sm"
                    >
                      compare {row.aExample} and {row.bExample}
                    </Anchor>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </>
  );
}
