import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { nextTimes } from '../../data/cron.ts';
import { exactTime } from '../../data/format.ts';

/** How many times are shown. */
export const TIMES = 5;

/** The next times, in the schedule's own zone. */
export function Times({ cron, zone }: { cron: string; zone: string }) {
  const times = nextTimes(cron, zone, TIMES);
  if (times.length === 0) return <Text size="sm">It never comes due.</Text>;
  return (
    <ul className="plain numbers">
      {times.map((time) => (
        <li key={time.getTime()}>
          <Text size="sm">{exactTime(time.getTime(), zone)}</Text>
        </li>
      ))}
    </ul>
  );
}

/** A part with its title. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      {children}
    </div>
  );
}
