// Program: `npm run db:unicode` writes sql/contracts/unicode_categories.sql, the characters of each general category of
// Unicode as this Node knows them. PostgreSQL's regular expressions have no \p{…}.

import fs from 'node:fs';
import { projectPath } from '../project-root.ts';

const CATEGORIES =
  'Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf'.split(' ');
const LINE_WIDTH = 96;

/** The code points of a category as ranges in hexadecimal, such as `41-5a b5`. */
function rangesOf(category: string): string[] {
  const pattern = new RegExp(`\\p{${category}}`, 'u');
  const ranges: string[] = [];
  let first: number | undefined;
  for (let point = 1; point <= 0x110000; point++) {
    const isMember = point < 0x110000 && pattern.test(String.fromCodePoint(point));
    if (isMember) first ??= point;
    else if (first !== undefined) {
      const [from, to] = [first.toString(16), (point - 1).toString(16)];
      ranges.push(from === to ? from : `${from}-${to}`);
      first = undefined;
    }
  }
  return ranges;
}

/** Words in lines, each a literal of SQL that goes on in the next. */
function literal(words: string[]): string {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < LINE_WIDTH - 8) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines
    .map((line, index) => `'${line}${index < lines.length - 1 ? ' ' : ''}'`)
    .join('\n      ');
}

const text = `-- Made by \`npm run db:unicode\`: the general categories of Unicode ${process.versions.unicode}. Not to be edited.

create or replace function pgwave_private.list_category(category text)
returns text
language sql
immutable parallel safe
set search_path = ''
as $function$
  select case list_category.category
${CATEGORIES.map((category) => `    when '${category}' then\n      ${literal(rangesOf(category))}`).join('\n')}
  end
$function$;
comment on function pgwave_private.list_category(text) is
  'List the characters of a general category of Unicode, without NUL. Returns: code points and ranges of them in hexadecimal, ascending; null for another name.';
`;

fs.writeFileSync(projectPath('sql/contracts/unicode_categories.sql'), text);
