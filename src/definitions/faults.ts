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

const count = (amount: number, word: string): string =>
  `${amount} ${word}${amount === 1 ? '' : 's'}`;

/** PWDEF with every fault of every file. */
export class FaultsError extends PgwaveError {
  readonly faults: DefinitionFault[];

  constructor(faults: DefinitionFault[]) {
    const files = new Set(faults.map(({ file }) => file)).size;
    super(
      'PWDEF',
      `${count(faults.length, 'fault')} in ${count(files, 'file')}; nothing was stored`,
    );
    this.name = 'FaultsError';
    this.faults = faults;
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
