/** A number as a bar, beside the number in words. */
export function ShareBar({
  value,
  most,
  tone = 'failed',
}: {
  value: number;
  most: number;
  tone?: 'failed' | 'waiting';
}) {
  const width = `${(100 * value) / Math.max(most, 1)}%`;
  return (
    <span className="share-bar" aria-hidden>
      <i className={`bar-of-${tone}`} style={{ width }} />
    </span>
  );
}
