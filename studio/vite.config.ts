import fs from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { type DocumentNode, print, stripIgnoredCharacters } from 'postgraphile/graphql';
import { defineConfig, type Plugin } from 'vite';
import * as operations from '../graphql/operations/operations.generated.ts';

const documents = new Map(Object.entries(operations) as [string, DocumentNode][]);

/** Smaller files gain nothing. */
const LEAST_BYTES = 1024;

/** Writes each text file of the build a second and third time, compressed: the server only sends them. */
function compress(folder: string): Plugin {
  return {
    name: 'compress',
    apply: 'build',
    closeBundle() {
      for (const name of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(js|css|svg|json)$/.test(name)) continue;
        const file = path.join(folder, name);
        const body = fs.readFileSync(file);
        if (body.length < LEAST_BYTES) continue;
        fs.writeFileSync(`${file}.gz`, gzipSync(body, { level: 9 }));
        const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
        fs.writeFileSync(`${file}.br`, brotliCompressSync(body, { params }));
      }
    },
  };
}

const OPERATION = '\0operation:';

/**
 * Gives the operations as text: as trees they are ten times as large, and urql takes either. Each is a module of its own, so
 * that a page loads those that it asks.
 */
function operationsAsText(): Plugin {
  return {
    name: 'operations-as-text',
    resolveId: (id) => (id.startsWith(OPERATION) ? { id, moduleSideEffects: false } : undefined),
    async load(id) {
      if (id.startsWith(OPERATION)) {
        const name = id.slice(OPERATION.length);
        const text = stripIgnoredCharacters(print(documents.get(name) as DocumentNode));
        return `export const ${name} = ${JSON.stringify(text)};`;
      }
      if (!id.endsWith('/graphql/operations/operations.generated.ts')) return;
      const code = [...documents.keys()]
        .filter((name) => name.endsWith('Document'))
        .map((name) => `export { ${name} } from ${JSON.stringify(OPERATION + name)};`)
        .join('\n');
      return { code, moduleSideEffects: false };
    },
  };
}

const dist = path.join(import.meta.dirname, 'dist');

export default defineConfig({
  root: import.meta.dirname,
  // Relative: the server writes the path under which it is asked into `base` of the page.
  base: './',
  plugins: [operationsAsText(), react(), compress(dist)],
  // Only a helper of the form library's own tests imports it; it compiles with `eval`, and is not installed.
  resolve: {
    alias: { '@rjsf/validator-ajv8': path.join(import.meta.dirname, 'src', 'no-ajv.ts') },
  },
  worker: { format: 'es' },
  build: {
    outDir: dist,
    emptyOutDir: true,
    target: 'es2023',
    // Older ones do not know light-dark().
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    chunkSizeWarningLimit: 700,
  },
  // `npm run dev:studio`: pages that reload, in front of a `pgwave serve`.
  server: { proxy: { '/graphql': { target: 'http://127.0.0.1:8642', ws: true } } },
});
