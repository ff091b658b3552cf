import { ActorError } from '../actor-error.ts';

/** How the base64 of pictures begins. */
const BEGINNINGS: [beginning: string, type: string][] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
];

/** The media type of a picture in base64. Raises `bad_request` for what is none. */
export function imageType(base64: string): string {
  const found = BEGINNINGS.find(([beginning]) => base64.startsWith(beginning));
  if (found !== undefined && /^[A-Za-z0-9+/\s]+=*\s*$/.test(base64)) return found[1];
  throw new ActorError('bad_request', 'An image is not a PNG, JPEG, GIF or WebP in base64', {
    detail: { begins: base64.slice(0, 40), hint: 'Give the bytes of the picture, base64-encoded.' },
    retryable: false,
  });
}
