import {
  Ban,
  CircleCheck,
  CircleX,
  Clock,
  Hourglass,
  LoaderCircle,
  Pause,
  SkipForward,
} from 'lucide-react';

const ICONS = {
  pending: Clock,
  running: LoaderCircle,
  waiting: Hourglass,
  paused: Pause,
  completed: CircleCheck,
  failed: CircleX,
  skipped: SkipForward,
  cancelled: Ban,
} as const;

export const isFinished = (status: string): boolean =>
  ['completed', 'failed', 'skipped', 'cancelled'].includes(status);

/** The shape of a status, beside its word or alone with a label. */
export function StatusIcon({ status, size = 13 }: { status: string; size?: number }) {
  const Icon = ICONS[status as keyof typeof ICONS] ?? Clock;
  return <Icon size={size} aria-hidden className={status === 'running' ? 'spin' : undefined} />;
}

/** A status: a word, a shape, and a color. */
export function Status({ status, note }: { status: string; note?: string | undefined }) {
  return (
    <span className={`status tone-${status}`}>
      <StatusIcon status={status} />
      {status}
      {note}
    </span>
  );
}
