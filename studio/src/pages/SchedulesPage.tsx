import { Button, Group, Stack } from '@mantine/core';
import { CalendarPlus } from 'lucide-react';
import { useState } from 'react';
import { useUrl } from '../data/url.ts';
import { CopyAs } from '../parts/CopyAs.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { NewSchedule } from './schedules/NewSchedule.tsx';
import ScheduleList from './schedules/ScheduleList.tsx';

/** What the clock starts. */
export function SchedulesPage() {
  const [url, setUrl] = useUrl();
  const [round, setRound] = useState(0);
  return (
    <Stack gap="sm">
      <PageHead title="Schedules">
        <Group gap="xs">
          <Button
            size="xs"
            leftSection={<CalendarPlus size={14} aria-hidden />}
            onClick={() => setUrl({ new: 'yes' })}
          >
            New schedule
          </Button>
          <CopyAs
            as={{
              SQL: 'select * from pgwave.schedules order by schedule_name;',
              GraphQL:
                '{ schedules(first: 100) { nodes { scheduleName cron timeZone enabled owner } } }',
              CLI: 'pgwave schedule list',
            }}
          />
        </Group>
      </PageHead>
      <ScheduleList round={round} />
      {url.new === 'yes' && (
        <NewSchedule
          close={() => setUrl({ new: undefined })}
          reload={() => setRound((r) => r + 1)}
        />
      )}
    </Stack>
  );
}
