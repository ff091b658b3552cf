import fs from 'node:fs';
import { expect, test } from 'vitest';
import { listGuides, writeLlmsText } from '../../docs/.vitepress/guides.ts';
import { projectPath } from '../../src/project-root.ts';

const sections = listGuides(projectPath('.'));
const files = sections.flatMap(({ pages }) => pages.map(({ file }) => file));

test('docs/README.md lists every guide once, under a heading', () => {
  const guides = fs
    .globSync('docs/**/*.md', { cwd: projectPath('.') })
    .filter((file) => file !== 'docs/README.md');
  expect(files.filter((file) => file.startsWith('docs/')).toSorted()).toEqual(guides.toSorted());
  expect(sections.map(({ title }) => title)).toContain('Introduction');
});

test('llms.txt names the pages as they are built, with what they are about', () => {
  const text = writeLlmsText(sections);
  expect(text).toContain('- [Errors](sql/ERRORS.html): every code, its cause and what to do\n');
  expect(text.match(/^- \[/gm)).toHaveLength(files.length);
});
