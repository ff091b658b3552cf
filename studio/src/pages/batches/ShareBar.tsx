/** A number as a bar, beside the number in words. */
export function ShareBar({ value, most }: { value: number; most: number }) {
  const width = `${(100 * value) / Math.max(most, 1)}%`;
  return (
    <span className="share-bar" aria-hidden>
      <i style={{ width }} />
    </span>
  );
}
