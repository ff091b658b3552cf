import { SETTINGS } from './settings.ts';

const BEGIN = '<!-- settings: written by `npm run docs:dump` -->';
const END = '<!-- end of settings -->';

const code = (text: string | null): string => (text === null ? '' : `\`${text}\``);

/** The settings as a table of Markdown. */
function settingsTable(): string {
  const rows = SETTINGS.map(({ key, flag, env, type, default: otherwise, what }) => [
    code(key),
    code(flag),
    code(env),
    Array.isArray(type) ? `${what} One of ${type.map((value) => code(value)).join(', ')}.` : what,
    otherwise,
  ]);
  return [
    ['Key', 'Flag', 'Environment variable', 'What it does', 'Default'],
    ['---', '---', '---', '---', '---'],
    ...rows,
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** The page with the table as it is to be. Throws if it has no place for it. */
export function withSettingsTable(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`The page has no ${BEGIN} … ${END}`);
  return `${before}${BEGIN}\n\n${settingsTable()}\n\n${END}${after}`;
}
