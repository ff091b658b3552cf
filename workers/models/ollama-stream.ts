import { z } from 'zod';
import { ActorError } from '../actor-error.ts';

/** One line of the answer of `POST /api/chat` (Ollama's docs/api.md, "Generate a chat completion"). */
const chatLine = z.object({
  model: z.string(),
  message: z.object({ content: z.string().nullish(), thinking: z.string().nullish() }).nullish(),
  done: z.boolean(),
});
const errorLine = z.object({ error: z.unknown().refine((error) => error !== undefined) });

/** A line carries one token and a few statistics; the longest we have seen has 2 kB. */
const maxLineBytes = 1 << 20;
const maxErrorChars = 2000;

/**
 * The same bytes, with every line checked on its way: the `ollama` client skips lines that are no JSON, and the text in them
 * is lost. A broken or foreign line, or one that reports an error, fails the stream with `server_error`; a stream that ends
 * without a line with `done: true` fails with `connection_lost`.
 */
export function checkChatLines(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let done = false;
  return body.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        const lines = (rest + decode(decoder, chunk)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) done = checkLine(line) || done;
        if (rest.length > maxLineBytes) throw brokenLine(rest, 'is longer than 1 MiB');
        controller.enqueue(chunk);
      },
      flush() {
        if (rest.trim() !== '') done = checkLine(rest, true) || done;
        if (!done) throw endedEarly();
      },
    }),
  );
}

function decode(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch {
    throw new ActorError('server_error', 'the model server sent bytes that are not UTF-8', {
      retryable: true,
    });
  }
}

/** Checks one line; true where it is the last. */
function checkLine(line: string, atEnd = false): boolean {
  // An empty line is broken JSON for the client too, but there is nothing in it to lose.
  if (line.trim() === '') return false;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    if (atEnd) throw endedEarly();
    throw brokenLine(line, 'is not JSON');
  }
  const failed = errorLine.safeParse(value);
  if (failed.success) {
    const { error } = failed.data;
    const text = typeof error === 'string' ? error : JSON.stringify(error);
    throw new ActorError('server_error', text.slice(0, maxErrorChars), { retryable: true });
  }
  const checked = chatLine.safeParse(value);
  if (!checked.success) throw brokenLine(line, 'is not a line of a chat');
  return checked.data.done;
}

function endedEarly(): ActorError {
  return new ActorError('connection_lost', 'the model server ended its answer before it was done', {
    retryable: true,
  });
}

function brokenLine(line: string, what: string): ActorError {
  return new ActorError('server_error', `a line of the model server's answer ${what}`, {
    detail: { line: line.slice(0, 200) },
    retryable: true,
  });
}
