import { Skeleton, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import {
  SchedulesDocument,
  type SchedulesQuery,
} from '../../../../graphql/operations/operations.generated.ts';
import { plural } from '../../data/format.ts';
import { useAnswer } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { Empty } from '../../parts/Empty.tsx';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { type Schedule, ScheduleCard } from './ScheduleCard.tsx';

/** Schedules: all, or those of a workflow. `round` has them read again. */
export default function ScheduleList({
  workflow,
  round = 0,
}: {
  workflow?: string | undefined;
  round?: number;
}) {
  const filter = workflow && { workflow: { workflowName: { equalTo: workflow } } };
  const { data, fault, isLoading, reload } = useAnswer(SchedulesDocument, {
    ...(filter && { filter: filter as never }),
  });
  const [kept, keep] = useState<SchedulesQuery>();
  const [seen, setSeen] = useState(round);
  if (data && data !== kept) keep(data);
  if (seen !== round) {
    setSeen(round);
    reload();
  }
  const shown = data ?? kept;
  const schedules = present(shown?.schedules?.nodes);
  const mayChange = (schedule: Schedule) =>
    shown?.callerRole === 'admin' || schedule.owner === shown?.currentIdentity;
  if (isLoading && !shown) return <Skeleton height={240} />;
  return (
    <Stack gap="sm">
      <FaultNote fault={fault} />
      {schedules.length === 0 && !fault ? (
        <Empty
          title="No schedules yet"
          command={workflow && `pgwave schedule create NAME '0 6 * * *' ${workflow}`}
        >
          A schedule starts a workflow at the times of a cron expression. Press New schedule on the
          page Schedules{workflow ? ', or use the command:' : '.'}
        </Empty>
      ) : (
        <>
          <Text size="sm" c="dimmed">
            {plural(shown?.schedules?.totalCount ?? 0, 'schedule')}
          </Text>
          {schedules.map((schedule) => (
            <ScheduleCard
              key={schedule.scheduleName}
              schedule={schedule}
              mayChange={mayChange(schedule)}
              reload={reload}
            />
          ))}
        </>
      )}
    </Stack>
  );
}
