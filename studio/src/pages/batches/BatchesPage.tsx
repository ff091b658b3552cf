import { Button, Group, Progress, Skeleton, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import {
  BatchesDocument,
  type BatchLineFragment,
} from '../../../../graphql/operations/operations.generated.ts';
import { count } from '../../data/format.ts';
import { useAnswer } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { CopyAs } from '../../parts/CopyAs.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { PageHead } from '../../parts/PageHead.tsx';
import { Status } from '../../parts/Status.tsx';
import { Time } from '../../parts/Time.tsx';
import { Discover } from './Discover.tsx';
import { endedOf } from './progress.ts';
import { Quarantine } from './Quarantine.tsx';

function Row({ batch }: { batch: BatchLineFragment }) {
  return (
    <Link
      to="/batches/$run"
      params={{ run: batch.workflowRunId as string } as never}
      className="row batches"
      data-row
    >
      <span className="numbers">{batch.workflowRunId}</span>
      {batch.status && <Status status={batch.status} />}
      <span className="cut">{batch.workflowName}</span>
      <Progress
        className="wide"
        value={Number(batch.percent ?? 0)}
        aria-label={`Part of the tasks of batch ${batch.workflowRunId} that ended`}
      />
      <span className="nowrap">
        {count(endedOf(batch))} of {count(batch.tasks)}
      </span>
      <span className="nowrap wide">
        {(batch.tasksFailed ?? 0) > 0 && `${count(batch.tasksFailed)} failed`}
      </span>
      <span className="wide">
        <Time at={batch.createdAt} />
      </span>
    </Link>
  );
}

/** All batches, the latest first. */
export function BatchesPage() {
  const [first, setFirst] = useState(50);
  const { data, fault, isLoading, reload } = useAnswer(BatchesDocument, { first });
  const batches = present(data?.batchProgresses?.nodes);
  return (
    <Stack gap="sm">
      <PageHead title="Batches">
        <Group gap={6}>
          <Button size="xs" variant="default" onClick={reload}>
            Read again
          </Button>
          <CopyAs
            as={{
              SQL: 'select * from pgwave.batch_progress order by workflow_run_id desc limit 50;',
              GraphQL:
                '{ batchProgresses(first: 50) { nodes { workflowRunId workflowName status tasks tasksFailed percent } } }',
              CLI: 'pgwave batches',
            }}
          />
          <Discover />
        </Group>
      </PageHead>
      <FaultNote fault={fault} />
      {isLoading && !data ? (
        <Skeleton height={240} />
      ) : batches.length === 0 && !fault ? (
        <Empty title="No batches yet" command="pgwave batch <workflow>">
          A batch runs a workflow for each of many tasks. Start one:
        </Empty>
      ) : (
        <div className="panel">
          {batches.map((batch) => (
            <Row key={batch.workflowRunId} batch={batch} />
          ))}
        </div>
      )}
      {data?.batchProgresses?.pageInfo.hasNextPage && first < 500 && (
        <Button variant="default" onClick={() => setFirst(Math.min(500, first + 100))}>
          Show more
        </Button>
      )}
      <Quarantine />
    </Stack>
  );
}
