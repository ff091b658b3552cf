import { createHash } from 'node:crypto';
import fs from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';

/** The web pages: built files, served beside the API. */
export interface Pages {
  /** Answers a request for a path of the pages; gives whether it did. */
  answer(request: IncomingMessage, response: ServerResponse, path: string): boolean;
}

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** What pages may load and do. Charts and the component library set styles on elements. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "frame-ancestors 'none'",
  "base-uri 'self'",
  "object-src 'none'",
].join('; ');

const SECURITY_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Where Vite puts files whose names hold a hash of what is in them. */
const HASHED = '/assets/';
/** What the page's `base` is written over with. */
const BASE = '<base href="/" />';

interface Served {
  body: Buffer;
  br?: Buffer;
  gzip?: Buffer;
  etag: string;
  type: string;
}

function readFolder(folder: string): Map<string, Served> {
  const files = new Map<string, Served>();
  const read = (name: string): Buffer | undefined =>
    fs.existsSync(name) ? fs.readFileSync(name) : undefined;
  for (const name of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const type = TYPES[path.extname(name)];
    if (type === undefined) continue;
    const file = path.join(folder, name);
    const body = fs.readFileSync(file);
    const [br, gzip] = [read(`${file}.br`), read(`${file}.gz`)];
    files.set(`/${name.split(path.sep).join('/')}`, {
      body,
      type,
      etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
      ...(br && { br }),
      ...(gzip && { gzip }),
    });
  }
  return files;
}

/** The path under which a proxy offers us, as it says; empty where it says nothing or something strange. */
function forwardedPrefix(request: IncomingMessage): string {
  const header = String(request.headers['x-forwarded-prefix'] ?? '').replace(/\/$/, '');
  return /^(?:\/[\w.~-]+){1,10}$/.test(header) ? header : '';
}

/**
 * Reads the built pages of a folder; `undefined` where there are none. `basePath` is where the server itself is asked:
 * `/pgwave`, or empty.
 */
export function createPages(folder: string, basePath: string): Pages | undefined {
  if (!fs.existsSync(path.join(folder, 'index.html'))) return undefined;
  const files = readFolder(folder);
  const index = (files.get('/index.html') as Served).body.toString();

  function send(request: IncomingMessage, response: ServerResponse, file: Served, hashed: boolean) {
    const accepted = String(request.headers['accept-encoding'] ?? '');
    const encoding = (['br', 'gzip'] as const).find(
      (name) => file[name] !== undefined && accepted.includes(name),
    );
    const headers = {
      ...SECURITY_HEADERS,
      'content-type': file.type,
      'cache-control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag: file.etag,
      vary: 'accept-encoding',
    };
    if (request.headers['if-none-match'] === file.etag) {
      return void response.writeHead(304, headers).end();
    }
    const body = encoding === undefined ? file.body : (file[encoding] as Buffer);
    response
      .writeHead(200, {
        ...headers,
        'content-length': body.length,
        ...(encoding && { 'content-encoding': encoding }),
      })
      .end(request.method === 'HEAD' ? undefined : body);
  }

  return {
    answer(request, response, asked) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return false;
      const file = asked === '/index.html' ? undefined : files.get(asked);
      if (file !== undefined) {
        send(request, response, file, asked.startsWith(HASHED));
        return true;
      }
      const wantsPage = String(request.headers.accept ?? '*/*').match(/text\/html|\*\/\*/);
      if (asked.startsWith(HASHED) || !wantsPage) return false;
      const prefix = forwardedPrefix(request) || basePath;
      const html = index.replace(BASE, `<base href="${prefix}/" />`);
      response
        .writeHead(200, {
          ...SECURITY_HEADERS,
          'content-type': TYPES['.html'] as string,
          'cache-control': 'no-store',
        })
        .end(request.method === 'HEAD' ? undefined : html);
      return true;
    },
  };
}
