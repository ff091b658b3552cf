import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A page that docs/README.md lists. */
export interface ListedPage {
  title: string;
  /** Its file from the root of the checkout. */
  file: string;
  /** What the list says of it; empty: nothing. */
  about: string;
}

export interface Section {
  title: string;
  pages: ListedPage[];
}

/** Reads the list of guides: a line is a heading, an item a page. */
export function listGuides(root: string): Section[] {
  const sections: Section[] = [];
  for (const line of readFileSync(path.join(root, 'docs/README.md'), 'utf8').split('\n')) {
    const item = /^- \[([^\]]+)\]\(([^)#]+\.md)\)(?:: (.*))?$/.exec(line);
    if (item !== null) {
      const [, title = '', link = '', about = ''] = item;
      sections.at(-1)?.pages.push({ title, file: path.posix.join('docs', link), about });
    } else if (/^[A-Z][a-z]+$/.test(line)) {
      sections.push({ title: line, pages: [] });
    }
  }
  return sections;
}

/** The guides for programs that read: https://llmstxt.org */
export function writeLlmsText(sections: readonly Section[]): string {
  const parts = sections.map(({ title, pages }) =>
    [
      `## ${title}`,
      '',
      ...pages.map(
        ({ title, file, about }) =>
          `- [${title}](${file.replace(/\.md$/, '.html')})${about === '' ? '' : `: ${about}`}`,
      ),
    ].join('\n'),
  );
  return `# pgwave\n\n> A workflow engine for LLM work that lives in PostgreSQL.\n\n${parts.join('\n\n')}\n`;
}
