// The one place where what is printed is made printable. Names, answers and errors come from data: they must not move the
// cursor, set the title, hide text or turn it round.

/** Colors and weights, as picocolors writes them; not inverse (7) and hidden (8). */
const STYLE = /^\[(?:[0-6]|9|2[1-69]|[34][0-79]|9[0-7]|10[0-7])m$/;
/** Control and format characters but tab, line end, joiners and soft hyphen; line and paragraph separators. */
const UNPRINTABLE = /\p{Cc}\[\d{1,3}m|(?!\t|\n|\u200c|\u200d|\u00ad)[\p{Cc}\p{Cf}\u2028\u2029]/gu;

const spell = (text: string): string =>
  [...Array(text.length).keys()]
    .map((index) => text.charCodeAt(index))
    .map((unit) =>
      unit >= 0x20 && unit < 0x7f
        ? String.fromCharCode(unit)
        : `\\u${unit.toString(16).padStart(4, '0')}`,
    )
    .join('');

/** Control characters, C1 ones too, and those that order or hide text, as `\uXXXX`; styles, tabs and line ends stay. */
export function makePrintable(text: string): string {
  return text.replace(UNPRINTABLE, (found, place: number) => {
    if (found.startsWith('\u001b') && STYLE.test(found.slice(1))) return found;
    if (/^[\t\n]/.test(found)) return found;
    return found === '\r' && text[place + 1] === '\n' ? '' : spell(found);
  });
}

const writers = new WeakMap<object, NodeJS.WriteStream['write']>();

/** Makes everything printable that is written to a stream from now on. */
export function guardOutput(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as NodeJS.WriteStream['write'];
  writers.set(stream, write);
  stream.write = ((chunk: string | Uint8Array, ...rest: []) =>
    write(typeof chunk === 'string' ? makePrintable(chunk) : chunk, ...rest)) as typeof write;
}

/** A guarded stream as it was, for whoever draws on it with text that is printable. */
export function unguarded(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = writers.get(stream);
  if (write === undefined) return stream;
  return Object.create(stream, { write: { value: write } }) as NodeJS.WriteStream;
}
