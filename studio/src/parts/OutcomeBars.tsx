import { Link } from '@tanstack/react-router';
import { count, exactTime, useZone } from '../data/format.ts';

export const OUTCOMES = ['completed', 'failed', 'cancelled'] as const;

type Bucket = Partial<Record<(typeof OUTCOMES)[number], number | string | null>> & {
  bucketFrom?: string | null;
  bucketUntil?: string | null;
};

/** What ended, a column a bucket; each column leads to its runs. */
export function OutcomeBars({
  buckets,
  search,
}: {
  buckets: readonly Bucket[];
  search: Record<string, string | undefined>;
}) {
  const zone = useZone();
  const ended = (b: Bucket) => OUTCOMES.reduce((sum, name) => sum + Number(b[name]), 0);
  const most = Math.max(1, ...buckets.map(ended));
  return (
    <div className="columns panel">
      {buckets.map((b) => {
        const words = OUTCOMES.filter((name) => Number(b[name]) > 0)
          .map((name) => `${count(Number(b[name]))} ${name}`)
          .join(', ');
        const label = `${exactTime(b.bucketFrom as string, zone)}: ${words}`;
        if (words === '') return <span key={b.bucketFrom} />;
        return (
          <Link
            key={b.bucketFrom}
            to="/runs"
            search={{ ...search, ended: `${b.bucketFrom}/${b.bucketUntil}` } as never}
            title={label}
            aria-label={label}
          >
            {OUTCOMES.map((name) => (
              <i
                key={name}
                style={{
                  height: `${(100 * Number(b[name])) / most}%`,
                  background: `var(--bar-${name})`,
                }}
              />
            ))}
          </Link>
        );
      })}
    </div>
  );
}
