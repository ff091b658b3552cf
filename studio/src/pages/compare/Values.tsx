import { WordDiff } from '../../parts/WordDiff.tsx';
import { Paths } from './Paths.tsx';

const print = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value, null, 2);

/** The words that differ if both are text, the paths that differ if both are data, else one beside the other. */
export function Values({ a, b }: { a: unknown; b: unknown }) {
  if (typeof a === 'string' && typeof b === 'string') return <WordDiff from={a} to={b} />;
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    return <Paths a={a} b={b} />;
  }
  return (
    <div className="sides">
      {[a, b].map((value, index) => (
        <pre key={index === 0 ? 'a' : 'b'} className="code box scroll" style={{ maxHeight: 240 }}>
          {value === null || value === undefined ? '–' : print(value)}
        </pre>
      ))}
    </div>
  );
}
