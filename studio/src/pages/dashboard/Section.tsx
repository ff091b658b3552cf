import { Anchor, Table, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { duration } from '../../data/format.ts';

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Title order={2} size="h4" mb={6}>
        {title}
      </Title>
      {children}
    </section>
  );
}

/** A table with the names of its columns; where it is too wide it scrolls, also by the keyboard. */
export function Columns({ names, children }: { names: string[]; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it by the arrow keys
    <section className="panel scroll" tabIndex={0} aria-label={`Table by ${names[0]}`}>
      <Table fz="sm">
        <Table.Thead>
          <Table.Tr>
            {names.map((name) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </section>
  );
}

/** A length of time, on one line. */
export function Span({ ms }: { ms: number | string | null | undefined }) {
  return <span className="nowrap">{duration(ms == null ? null : Number(ms))}</span>;
}

export type RunSearch = Record<string, string | undefined>;

/** A number that leads to its runs; 0 leads nowhere. */
export function ToRuns({ search, children }: { search: RunSearch; children: ReactNode }) {
  if (children === '0' || children === 0) return <>0</>;
  return (
    <Anchor component={Link} to="/runs" search={search as never} size="sm">
      {children}
    </Anchor>
  );
}
