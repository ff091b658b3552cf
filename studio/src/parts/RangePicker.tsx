import { Button, Group, Popover, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { exactTime, useZone } from '../data/format.ts';
import {
  fromField,
  printInterval,
  RANGES,
  type RangeName,
  type TimeRange,
  toField,
} from '../data/range.ts';
import { useUrl } from '../data/url.ts';

/** Two times, as typed: for whoever does not draw. */
function ExactRange({ range }: { range: TimeRange }) {
  const [, setUrl] = useUrl();
  const zone = useZone();
  const [isOpen, popover] = useDisclosure(false);
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  const [start, end] = [fromField(from, zone), fromField(until, zone)];
  const isRange = start !== undefined && end !== undefined && start < end;
  return (
    <Popover opened={isOpen} onChange={popover.toggle} position="bottom-end" withArrow trapFocus>
      <Popover.Target>
        <Button
          size="xs"
          variant={range.name ? 'default' : 'filled'}
          onClick={() => {
            setFrom(toField(range.from, zone));
            setUntil(toField(range.until, zone));
            popover.toggle();
          }}
        >
          {range.name ? 'From … until …' : 'Chosen times'}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (!isRange) return;
            setUrl({ range: undefined, time: printInterval(start, end) });
            popover.close();
          }}
        >
          <Stack gap="xs">
            <TextInput
              type="datetime-local"
              label={`From (${zone})`}
              value={from}
              onChange={(event) => setFrom(event.currentTarget.value)}
            />
            <TextInput
              type="datetime-local"
              label={`Until (${zone})`}
              value={until}
              onChange={(event) => setUntil(event.currentTarget.value)}
              error={!isRange && 'The end must be after the beginning.'}
            />
            <Button type="submit" size="xs" disabled={!isRange}>
              Show
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

/** The time range of a page: the latest minutes, hours, or days, or two times. */
export function RangePicker({ range }: { range: TimeRange }) {
  const [, setUrl] = useUrl();
  return (
    <Group gap={6}>
      <Button.Group aria-label="Range">
        {(Object.keys(RANGES) as RangeName[]).map((name) => (
          <Button
            key={name}
            size="xs"
            px={8}
            variant={name === range.name ? 'filled' : 'default'}
            aria-pressed={name === range.name}
            title={`The last ${RANGES[name].words}`}
            onClick={() => setUrl({ range: name === '24h' ? undefined : name, time: undefined })}
          >
            {name.replace('m', ' min').replace('h', ' h').replace('d', ' d')}
          </Button>
        ))}
      </Button.Group>
      <ExactRange range={range} />
    </Group>
  );
}

/** A range in words. */
export function RangeWords({ range }: { range: TimeRange }) {
  const zone = useZone();
  return (
    <>
      {range.name ? `last ${RANGES[range.name].words}` : 'chosen times'}:{' '}
      {exactTime(range.from, zone)} – {exactTime(range.until, zone)}
    </>
  );
}
