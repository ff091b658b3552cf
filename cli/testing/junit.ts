import type { TestResult } from './run-tests.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML has no way to write them
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A text as XML takes it, in attributes too. */
const escapeXml = (text: string): string =>
  text
    .toWellFormed()
    .replace(NOT_XML, '\ufffd')
    .replace(/[&<>"]/g, (sign) => ESCAPES[sign] as string)
    .replace(/[\t\r\n]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

/** The results of files as JUnit's XML, which CI servers read. */
export function writeJunit(files: { file: string; results: TestResult[] }[]): string {
  const suites = files.map(({ file, results }) => {
    const failed = results.filter(({ failures }) => failures.length > 0).length;
    const took = results.reduce((sum, { duration_ms }) => sum + duration_ms, 0);
    const cases = results.map(({ name, workflow, duration_ms, failures }) => {
      const head = `    <testcase name="${escapeXml(name)}" classname="${escapeXml(workflow)}" time="${seconds(duration_ms)}"`;
      if (failures.length === 0) return `${head}/>`;
      const text = escapeXml(failures.join('\n'));
      return `${head}>\n      <failure message="${escapeXml(failures[0] as string)}">${text}</failure>\n    </testcase>`;
    });
    return `  <testsuite name="${escapeXml(file)}" tests="${results.length}" failures="${failed}" errors="0" skipped="0" time="${seconds(took)}">\n${cases.join('\n')}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('\n')}\n</testsuites>\n`;
}
