import pc from 'picocolors';
import { makePrintable, unguarded } from './guard-output.ts';

/** Lines that stay, and, on a terminal, a few below them that are drawn anew. */
export interface LiveArea {
  /** Prints a line that stays. */
  print(line: string): void;
  /** Draws the lines below; nothing where there is no terminal. */
  draw(lines: string[]): void;
  /** Takes the drawn lines away. */
  end(): void;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** A turning sign, by the clock. */
export function spinner(now = Date.now()): string {
  return FRAMES[Math.floor(now / 100) % FRAMES.length] as string;
}

/** As many lines as there is room for: the first, how many are left out, and the last, which sums up. */
function fitting(lines: string[], room: number): string[] {
  if (lines.length <= room) return lines;
  const more = pc.dim(`  … ${lines.length - room + 1} more`);
  return [...lines.slice(0, room - 2), more, ...lines.slice(-1)];
}

/** On a terminal lines are drawn with log-update; elsewhere only those that stay are printed, as things happen. */
export async function createLiveArea(
  stream: NodeJS.WriteStream = process.stdout,
): Promise<LiveArea> {
  if (!stream.isTTY) {
    return { print: (line) => void stream.write(`${line}\n`), draw: () => {}, end: () => {} };
  }
  const { createLogUpdate } = await import('log-update');
  const update = createLogUpdate(unguarded(stream));
  let drawn: string[] = [];
  const show = () =>
    update(makePrintable(fitting(drawn, Math.max((stream.rows ?? 24) - 2, 3)).join('\n')));
  return {
    print(line) {
      update.clear();
      stream.write(`${line}\n`);
      if (drawn.length > 0) show();
    },
    draw(lines) {
      drawn = lines;
      show();
    },
    end() {
      update.clear();
      update.done(); // gives the cursor back
      drawn = [];
    },
  };
}
