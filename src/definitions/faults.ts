import { PgwaveError } from '../errors.ts';

/** Something that is wrong with a definition, and where. */
export interface DefinitionFault {
  file: string;
  /** From 1; absent where the place in the file is not known. */
  line?: number;
  column?: number;
  /** What the fault is about: `workflow posting-analysis`, `actor gemma3:1b`. Absent: the file. */
  subject?: string;
  code: string;
  /** JSON pointer inside the subject; the empty text is the whole. */
  pointer: string;
  message: string;
  hint?: string;
}

/** A fault as the database finds it, in a definition of which it knows no file. */
export interface FaultRow {
  code: string;
  /** JSON pointer into the definition; the empty text is the whole. */
  path: string;
  message: string;
  hint: string | null;
}

/**
 * The faults that an error of `define_workflow` or `define_actor` (PWDEF) lists in its detail, a JSON object a line; an empty
 * list for any other error.
 */
export function readFaults(error: unknown): FaultRow[] {
  const { code, detail } = (error ?? {}) as { code?: string; detail?: string | undefined };
  if (code !== 'PWDEF') return [];
  try {
    return (detail ?? '')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => ({ hint: null, ...(JSON.parse(line) as Partial<FaultRow>) }) as FaultRow);
  } catch {
    return []; // a detail in prose
  }
}

const count = (amount: number, word: string): string =>
  `${amount} ${word}${amount === 1 ? '' : 's'}`;

/** PWDEF with every fault of every file. */
export class FaultsError extends PgwaveError {
  readonly faults: DefinitionFault[];

  constructor(faults: DefinitionFault[]) {
    const files = [...new Set(faults.map(({ file }) => file))];
    super(
      'PWDEF',
      `${count(faults.length, 'fault')} in ${count(files.length, 'file')}; nothing was stored`,
    );
    this.name = 'FaultsError';
    // As one reads: file by file, from top to bottom; what has no place comes first.
    this.faults = faults.toSorted(
      (a, b) =>
        files.indexOf(a.file) - files.indexOf(b.file) ||
        (a.line ?? 0) - (b.line ?? 0) ||
        (a.column ?? 0) - (b.column ?? 0),
    );
  }

  override toJSON() {
    return { ...super.toJSON(), faults: this.faults };
  }
}

/** The faults as lines: `file:line:column: code pointer`, then message and hint. */
export function describeFaults(faults: DefinitionFault[]): string {
  return faults
    .flatMap(({ file, line, column, subject, code, pointer, message, hint }) => [
      `${file}${line === undefined ? '' : `:${line}:${column}`}: ${code}${pointer === '' ? '' : ` ${pointer}`}${subject === undefined ? '' : ` (${subject})`}`,
      `  ${message}`,
      ...(hint === undefined ? [] : [`  hint: ${hint}`]),
    ])
    .join('\n');
}
