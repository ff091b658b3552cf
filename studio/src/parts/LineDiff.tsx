import { diffLines } from 'diff';
import { ScrollBox } from './ScrollBox.tsx';

/** Lines around a difference that are shown. */
const CONTEXT = 3;

/** What was changed, line by line; what is equal is left out but for a few lines. */
export function LineDiff({ from, to, name }: { from: string; to: string; name: string }) {
  const parts = diffLines(from, to);
  if (parts.every(({ added, removed }) => !added && !removed))
    return <p>There is no difference.</p>;
  return (
    <ScrollBox name={name} maxHeight={360}>
      <pre className="code lines-diff">
        {parts.map((part, index) => {
          const key = `${index}`;
          if (part.added) return <ins key={key}>{mark(part.value, '+ ')}</ins>;
          if (part.removed) return <del key={key}>{mark(part.value, '- ')}</del>;
          return <span key={key}>{shorten(part.value, index > 0, index < parts.length - 1)}</span>;
        })}
      </pre>
    </ScrollBox>
  );
}

const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n');

const mark = (text: string, sign: string): string =>
  linesOf(text)
    .map((line) => `${sign}${line}\n`)
    .join('');

function shorten(text: string, isAfter: boolean, isBefore: boolean): string {
  const lines = linesOf(text);
  const head = isAfter ? lines.slice(0, CONTEXT) : [];
  const tail = isBefore ? lines.slice(-CONTEXT) : [];
  const shown = lines.length > head.length + tail.length + 1 ? [...head, '…', ...tail] : lines;
  return mark(shown.join('\n'), '  ');
}
