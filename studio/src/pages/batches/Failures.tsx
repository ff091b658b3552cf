import { Anchor, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { plural } from '../../data/format.ts';
import { ShareBar } from './ShareBar.tsx';

/** What batch_report says of failures. */
export interface Report {
  errors?: {
    code: string;
    tasks: number;
    message: string;
    examples?: { workflow_run_id: number }[];
  }[];
  durations_ms?: { median?: number; p95?: number };
}

/** Failures by code, with runs to look at. */
export function Failures({ report }: { report: Report }) {
  if (!report.errors || report.errors.length === 0) return <Text size="sm">No task failed.</Text>;
  const most = Math.max(...report.errors.map(({ tasks }) => tasks));
  return (
    <div className="panel scroll">
      <Table fz="sm">
        <Table.Tbody>
          {report.errors.map((error) => (
            <Table.Tr key={error.code}>
              <Table.Th scope="row">{error.code?.replaceAll('_', ' ')}</Table.Th>
              <Table.Td className="nowrap">{plural(error.tasks, 'task')}</Table.Td>
              <Table.Td w={120} visibleFrom="sm">
                <ShareBar value={error.tasks} most={most} />
              </Table.Td>
              <Table.Td className="isolate">{error.message}</Table.Td>
              <Table.Td>
                {(error.examples ?? []).map(({ workflow_run_id: run }) => (
                  <Anchor
                    key={run}
                    component={Link}
                    to="/runs/$run"
                    params={{ run: String(run) } as never}
                    size="sm"
                    mr={6}
                  >
                    {run}
                  </Anchor>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
