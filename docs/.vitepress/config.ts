// The guides as a site: npm run docs:build. Every Markdown file of the checkout is a page, so that a link between any two of
// them is checked; the sidebar is the list in docs/README.md.
import { cpSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitepress';
import { type ListedPage, listGuides, writeLlmsText } from './guides.ts';

const root = path.resolve(import.meta.dirname, '../..');
const sections = listGuides(root);

/** Files that pages link to and that are none themselves, such as the GraphQL schema. */
const linked = new Set<string>();

const linkOf = ({ file }: ListedPage): string => `/${file.replace(/\.md$/, '')}`;

export default defineConfig({
  title: 'pgwave',
  description: 'A workflow engine for LLM work that lives in PostgreSQL',
  srcDir: root,
  srcExclude: ['**/dist/**', '**/node_modules/**', '**/.*/**'],
  cacheDir: path.join(root, 'node_modules/.cache/vitepress'),
  rewrites: { 'README.md': 'index.md' },
  // a text that looks like an expression of Vue is a text
  markdown: {
    config({ core, renderer, utils }) {
      core.ruler.push('linked_files', ({ tokens, env }) => {
        for (const token of tokens.flatMap(({ children }) => children ?? [])) {
          const href = token.type === 'link_open' ? token.attrGet('href') : null;
          if (href === null || /^(#|[a-z]+:)|\.md(#|$)/.test(href)) continue;
          const file = path.resolve(path.dirname(env.path), href);
          if (!statSync(file, { throwIfNoEntry: false })?.isFile()) continue;
          linked.add(path.relative(root, file));
          token.attrSet('download', '');
        }
      });
      const asText = (text = '') => utils.escapeHtml(text).replaceAll('{', '&#123;');
      renderer.rules.text = (tokens, index) => asText(tokens[index]?.content);
      renderer.rules.code_inline = (tokens, index) =>
        `<code>${asText(tokens[index]?.content)}</code>`;
    },
  },
  cleanUrls: false,
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Quickstart', link: '/docs/introduction/quickstart' },
      { text: 'Guides', link: '/docs/README' },
      { text: 'Errors', link: '/sql/ERRORS' },
      { text: 'Changes', link: '/CHANGELOG' },
    ],
    sidebar: sections.map(({ title, pages }) => ({
      text: title,
      collapsed: title === 'Decisions',
      items: pages.map((page) => ({ text: page.title, link: linkOf(page) })),
    })),
  },
  buildEnd({ outDir }) {
    for (const file of linked) cpSync(path.join(root, file), path.join(outDir, file));
    writeFileSync(path.join(outDir, 'llms.txt'), writeLlmsText(sections));
  },
});
