import { z } from 'zod';
import { parseExactly } from '../../src/exact-json.ts';
import { ActorError } from '../actor-error.ts';
import type { ToolCall } from './provider.ts';
import { type StreamLimits, watchStream } from './watch-stream.ts';

const toolCall = z.object({
  id: z.string().optional(),
  function: z.object({ name: z.string(), arguments: z.unknown() }),
});
/** One line of the answer of `POST /api/chat` (Ollama's docs/api.md, "Generate a chat completion"). */
const chatLine = z.object({
  model: z.string(),
  message: z
    .object({
      content: z.string().nullish(),
      thinking: z.string().nullish(),
      tool_calls: z.array(toolCall).nullish(),
    })
    .nullish(),
  done: z.boolean(),
});
const errorLine = z.object({ error: z.unknown().refine((error) => error !== undefined) });

/** A line carries one token and a few statistics; the longest we have seen has 2 kB. */
const maxLineBytes = 1 << 20;
const maxErrorChars = 2000;

/**
 * The lines of a chat, checked on their way: the `ollama` client skips lines that are no JSON, and the text in them is lost,
 * and prints blank ones. A broken or foreign line, or one that reports an error, fails the stream with `server_error`; a
 * stream that ends without a line with `done: true` fails with `connection_lost`. `limits`: see {@link watchStream}.
 * `onToolCall` is told each call of a tool, its numbers exact.
 */
export function checkChatLines(
  given: ReadableStream<Uint8Array<ArrayBuffer>>,
  limits: StreamLimits = {},
  onToolCall: (call: ToolCall) => void = () => {},
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const count = { textBytes: 0 };
  const body = watchStream(given, count, limits);
  const encoder = new TextEncoder();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let done = false;
  const take = (
    line: string,
    controller: TransformStreamDefaultController<Uint8Array<ArrayBuffer>>,
    atEnd = false,
  ): void => {
    if (line.trim() === '') return;
    const checked = checkLine(line, atEnd);
    done ||= checked.done;
    count.textBytes +=
      (checked.message?.content?.length ?? 0) + (checked.message?.thinking?.length ?? 0);
    if (checked.message?.tool_calls?.length) {
      // the client's numbers are doubles
      const exact = chatLine.parse(parseExactly(line));
      for (const { id, function: called } of exact.message?.tool_calls ?? []) {
        count.textBytes += JSON.stringify(called.arguments ?? null).length;
        onToolCall({ ...(id ? { id } : {}), name: called.name, arguments: called.arguments ?? {} });
      }
    }
    controller.enqueue(encoder.encode(`${line}\n`));
  };
  return body.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        const lines = (rest + decode(decoder, chunk)).split('\n');
        rest = lines.pop() ?? '';
        if (rest.length > maxLineBytes) throw brokenLine(rest, 'is longer than 1 MiB');
        for (const line of lines) take(line, controller);
      },
      flush(controller) {
        take(rest, controller, true);
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

function checkLine(line: string, atEnd: boolean): z.infer<typeof chatLine> {
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
  return checked.data;
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
