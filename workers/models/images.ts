import { createHash } from 'node:crypto';
import { ActorError } from '../actor-error.ts';

/** A picture that a model is shown. */
export interface Image {
  /** Media type, by its first bytes. */
  type: string;
  base64: string;
  bytes: number;
  sha256: string;
}

/** How files of pictures begin, in hexadecimal. */
const BEGINNINGS: [beginning: RegExp, type: string][] = [
  [/^89504e470d0a1a0a/, 'image/png'],
  [/^ffd8ff/, 'image/jpeg'],
  [/^47494638(37|39)61/, 'image/gif'],
  [/^52494646.{8}57454250/, 'image/webp'],
];
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Reads a picture: base64, or a `data:` URL of it. Raises `bad_request` for what is no picture; nothing is fetched. */
export function readImage(given: unknown, place: number): Image {
  const text = typeof given === 'string' ? given : '';
  const base64 = text.replace(/^data:[^,]{0,200};base64,/i, '').replace(/\s+/g, '');
  const content = Buffer.from(BASE64.test(base64) ? base64 : '', 'base64');
  const head = content.toString('hex', 0, 16);
  const type = BEGINNINGS.find(([beginning]) => beginning.test(head))?.[1];
  if (type === undefined) throw noImage(given, place);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { type, base64, bytes: content.length, sha256 };
}

function noImage(given: unknown, place: number): ActorError {
  const begins = (typeof given === 'string' ? given : (JSON.stringify(given) ?? '')).slice(0, 40);
  return new ActorError(
    'bad_request',
    `Image ${place} is not a PNG, JPEG, GIF, or WebP file in base64.`,
    {
      detail: {
        image: place,
        begins,
        hint: /^\s*https?:/i.test(begins)
          ? 'URLs are not fetched. Read the file in an earlier step and pass its bytes in base64, or as a data: URL.'
          : 'Pass the bytes of the file in base64, or as a data: URL.',
      },
      retryable: false,
    },
  );
}
