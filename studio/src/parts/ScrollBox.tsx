import type { ReactNode } from 'react';

/** A box that scrolls, reached by the keyboard. */
export function ScrollBox({
  name,
  maxHeight = 460,
  children,
}: {
  name: string;
  maxHeight?: number;
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it by the arrow keys
    <section className="box scroll" style={{ maxHeight }} tabIndex={0} aria-label={name}>
      {children}
    </section>
  );
}
