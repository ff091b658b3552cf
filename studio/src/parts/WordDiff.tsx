import { diffWords } from 'diff';
import { ScrollBox } from './ScrollBox.tsx';

/** What was changed, word by word. */
export function WordDiff({ from, to }: { from: string; to: string }) {
  return (
    <ScrollBox name="Difference" maxHeight={220}>
      <pre className="text">
        {diffWords(from, to).map((part, index) => {
          const key = `${index}`;
          if (part.added) return <ins key={key}>{part.value}</ins>;
          if (part.removed) return <del key={key}>{part.value}</del>;
          return <span key={key}>{part.value}</span>;
        })}
      </pre>
    </ScrollBox>
  );
}
