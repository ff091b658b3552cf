-- Patterns: ECMA 262 regular expressions (with the u flag, as JSON Schema recommends) said in PostgreSQL's ARE.
--
-- A pattern is cut into tokens (an escape, a bracket, the opening of a group, a quantifier, a character) and each token
-- is translated by itself, so that nothing which the two languages read differently is passed on as it is. What ARE has
-- no equal for (back references, scripts in \p{…}) is reported by find_pattern_faults when a contract is defined.
--
-- Values are matched in collation "C": there \d and \w are ASCII, as in ECMA, and ranges go by code point. Without back
-- references ARE runs an automaton, so no pattern can hold a completion for long; groups therefore become (?:…).

create or replace function pgwave_private.split_pattern(pattern text)
returns setof text
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  c_tokens constant text :=
    '\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}'  -- two surrogates
    || '|\\u\{[0-9a-fA-F]+\}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\c[A-Za-z]|\\[0-9]+|\\[pP]\{[^}]*\}|\\.'
    || '|\[(?:\\.|[^]\\])*\]'
    || '|\(\?(?:[:=!]|<[=!]|<[A-Za-z_$][A-Za-z0-9_$]*>)'
    || '|(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})\??'
    || '|.';
begin
  return query
    select m.token[1]
    from regexp_matches(split_pattern.pattern collate "C", c_tokens, 'g') as m (token);
end
$function$;
comment on function pgwave_private.split_pattern(text) is
  'Cut an ECMA 262 pattern into tokens; a whole bracket is one. Returns: the tokens in order, which joined are the pattern.';

create or replace function pgwave_private.split_bracket(bracket text)
returns table (lowest text, highest text)
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  c_character constant text :=
    '\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}'
    || '|\\u\{[0-9a-fA-F]+\}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\c[A-Za-z]|\\[0-9]+|\\[pP]\{[^}]*\}|\\.|[^\\]';
  v_start int := case when bracket like '[^%' then 3 else 2 end;
begin
  return query
    select m.ends[1], m.ends[2]
    from regexp_matches(
      substr(left(split_bracket.bracket, -1), v_start) collate "C",
      '(' || c_character || ')(?:-(' || c_character || '))?', 'g') as m (ends);
end
$function$;
comment on function pgwave_private.split_bracket(text) is
  'Cut a bracket expression into what it lists. Returns: single characters and escapes (highest is null) and ranges, in order.';

create or replace function pgwave_private.read_code_point(escape text)
returns int
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  return case
    when escape ~ '^\\u[^{].*\\u' then  -- a pair of surrogates
      65536 + (('x0000' || substr(escape, 3, 4))::bit(32)::int - 55296) * 1024
        + ('x0000' || substr(escape, 9, 4))::bit(32)::int - 56320
    when escape ~ '^\\u\{0*[^}]{9}' then 2147483647
    when escape ~ '^\\[ux].' then
      ('x' || lpad(ltrim(translate(substr(escape, 3), '{}', ''), '0'), 8, '0'))::bit(32)::int
    when escape ~ '^\\c[A-Za-z]$' then ascii(right(escape, 1)) % 32
    when escape = '\0' then 0
    when escape = '\b' then 8
  end;
end
$function$;
comment on function pgwave_private.read_code_point(text) is
  'Read an escape that names a character by number. Returns: the code point; null where the escape is of another kind.';

create or replace function pgwave_private.describe_character_class(escape text)
returns text
language sql
immutable parallel safe
begin atomic
  select case describe_character_class.escape
    when '\d' then '0-9'
    when '\D' then '\U00000001-/:-\U0010ffff'
    when '\w' then '0-9A-Z_a-z'
    when '\W' then '\U00000001-/:-@\[-\^`{-\U0010ffff'
    when '\s' then '\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff'
    when '\S' then '\U00000001-\U00000008\U0000000e-\U0000001f!-\u009f\u00a1-\u167f\u1681-\u1fff'
      || '\u200b-\u2027\u202a-\u202e\u2030-\u205e\u2060-\u2fff\u3001-\ufefe\U0000ff00-\U0010ffff'
  end;
end;
comment on function pgwave_private.describe_character_class(text) is
  'List the characters of \d, \w, \s and their opposites as ECMA 262 defines them. Returns: what stands between the brackets of an ARE; null for any other escape.';

create or replace function pgwave_private.find_categories(property text)
returns text[]
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  c_names constant jsonb := '{"Letter": "L", "Cased_Letter": "LC", "Uppercase_Letter": "Lu",
    "Lowercase_Letter": "Ll", "Titlecase_Letter": "Lt", "Modifier_Letter": "Lm", "Other_Letter": "Lo",
    "Mark": "M", "Combining_Mark": "M", "Nonspacing_Mark": "Mn", "Spacing_Mark": "Mc",
    "Enclosing_Mark": "Me", "Number": "N", "Decimal_Number": "Nd", "digit": "Nd", "Letter_Number": "Nl",
    "Other_Number": "No", "Punctuation": "P", "punct": "P", "Connector_Punctuation": "Pc",
    "Dash_Punctuation": "Pd", "Open_Punctuation": "Ps", "Close_Punctuation": "Pe",
    "Initial_Punctuation": "Pi", "Final_Punctuation": "Pf", "Other_Punctuation": "Po", "Symbol": "S",
    "Math_Symbol": "Sm", "Currency_Symbol": "Sc", "Modifier_Symbol": "Sk", "Other_Symbol": "So",
    "Separator": "Z", "Space_Separator": "Zs", "Line_Separator": "Zl", "Paragraph_Separator": "Zp",
    "Control": "Cc", "cntrl": "Cc", "Format": "Cf"}';
  c_groups constant jsonb := '{"L": "Lu Ll Lt Lm Lo", "LC": "Lu Ll Lt", "M": "Mn Mc Me", "N": "Nd Nl No",
    "P": "Pc Pd Ps Pe Pi Pf Po", "S": "Sm Sc Sk So", "Z": "Zs Zl Zp"}';
  v_name text := regexp_replace(substr(property, 4, length(property) - 4), '^(General_Category|gc)=', '');
  v_categories text[];
begin
  v_name := coalesce(c_names ->> v_name, v_name);
  v_categories := string_to_array(coalesce(c_groups ->> v_name, v_name), ' ');
  return case when pgwave_private.list_category(v_categories[1]) is not null then v_categories end;
end
$function$;
comment on function pgwave_private.find_categories(text) is
  'Find the general categories that a \p{…} or \P{…} of a pattern names. Returns: their short names; null where it names something else.';

create or replace function pgwave_private.describe_property(property text)
returns text
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_points text;
begin
  select string_agg(pgwave_private.list_category(c.name), ' ') into v_points
    from unnest(pgwave_private.find_categories(property)) as c (name);
  if left(property, 2) = '\P' then
    -- everything between what is listed; the surrogates are no characters
    select string_agg(to_hex(g.first) || '-' || to_hex(g.last), ' ') into v_points
      from (select lag(r.last, 1, 0) over (order by r.first) + 1, r.first - 1
              from (select ('x' || lpad(split_part(p.range, '-', 1), 8, '0'))::bit(32)::int,
                           ('x' || lpad(split_part(p.range || '-' || p.range, '-', 2), 8, '0'))::bit(32)::int
                      from string_to_table(v_points || ' 110000', ' ') as p (range)) as r (first, last)
           ) as g (first, last)
     where g.first <= g.last;
  end if;
  -- the last one again with all its digits: what follows in the bracket may be another
  return replace('\x' || replace(v_points, '-', '-\x'), ' ', '\x')
    || '\U' || lpad(substring(v_points from '[0-9a-f]+$'), 8, '0');
end
$function$;
comment on function pgwave_private.describe_property(text) is
  'List the characters of a \p{…} or \P{…} of a pattern. Returns: what stands between the brackets of an ARE; null for any other escape.';

create or replace function pgwave_private.translate_character(pattern_character text)
returns text
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_code_point int;
begin
  if left(pattern_character, 1) <> '\' then
    return case when pattern_character in ('[', ']', '^', '-') then '\' else '' end || pattern_character;
  end if;
  v_code_point := pgwave_private.read_code_point(pattern_character);
  return coalesce(
    '\U' || lpad(to_hex(v_code_point), 8, '0'),
    pgwave_private.describe_character_class(pattern_character),
    case when pattern_character ~ '^\\[pP]' then pgwave_private.describe_property(pattern_character) end,
    pattern_character);
end
$function$;
comment on function pgwave_private.translate_character(text) is
  'Translate one character, escape or class as it stands in a bracket. Returns: the same for a bracket of ARE.';

create or replace function pgwave_private.translate_token(token text)
returns text
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  return case
    when token = '.' then '[^\n\r\u2028\u2029]'
    when token = '[^]' then '.'  -- ARE's own dot matches line ends too
    when token ~ '^\[.' then (
      select case when token like '[^%' then '[^' else '[' end
        || string_agg(pgwave_private.translate_character(s.lowest)
          || coalesce('-' || pgwave_private.translate_character(s.highest), ''), '') || ']'
      from pgwave_private.split_bracket(token) as s)
    when token = '\b' then '\y'
    when token = '\B' then '\Y'
    when token ~ '^\\[dDwWsS]$' then '[' || pgwave_private.describe_character_class(token) || ']'
    when token ~ '^\\[pP]' then '[' || pgwave_private.describe_property(token) || ']'
    when token ~ '^\\.' then pgwave_private.translate_character(token)
    when token = '(' or token ~ '^\(\?<[^=!]' then '(?:'
    when token ~ '^[*+?{].*\?$' then left(token, -1)  -- lazy or greedy, the same values match
    else token
  end;
end
$function$;
comment on function pgwave_private.translate_token(text) is
  'Translate one token of an ECMA 262 pattern. Returns: its equal in ARE.';

create or replace function pgwave_private.translate_pattern(pattern text)
returns text
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  if pgwave_private.reads_alike(pattern, '') then
    return pattern;
  end if;
  return (
    select string_agg(pgwave_private.translate_token(s.token), '')
    from pgwave_private.split_pattern(translate_pattern.pattern) as s (token));
end
$function$;
comment on function pgwave_private.translate_pattern(text) is
  'Translate an ECMA 262 pattern that has no faults to PostgreSQL''s ARE. Returns: the regular expression, to be matched in collation "C".';

create or replace function pgwave_private.reads_alike(pattern text, also text)
returns boolean
language sql
immutable parallel safe
begin atomic
  select reads_alike.pattern collate "C" ~ (
    '^(?:[^].\\(){}[]|\\[-dw./+*?^$|(){}[\]' || reads_alike.also || ']'
    || '|\((?:\?(?:[:=!]|<[=!])|(?!\?))|\)|\{[0-9]+(?:,[0-9]*)?\}'
    || '|\[(?!\^\])\^?(?:\\[-dw./+*?^$|(){}[\]]|[0-9A-Za-z]-[0-9A-Za-z]|[^]\\[-])+-?\]'
    || case when reads_alike.also = '' then '' else '|\.' end || ')*$');
end;
comment on function pgwave_private.reads_alike(text, text) is
  'Tell whether a pattern without faults means the same in ECMA 262 and in ARE, the letters of also being taken for escapes that do, and the dot with them. Returns: true if every token does.';

create or replace function pgwave_private.find_token_fault(token text)
returns text
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  return case
    when token in ('{', '}', ']') then format('%s has to be written \%s', token, token)
    when token = '[' then 'a bracket is not closed'
    when token = '[]' then '[] matches nothing'
    when token like '[%' then (
      select string_agg(distinct case
          when s.highest is not null and (s.lowest ~ '^\\([dDwWsS]$|[pP])' or s.highest ~ '^\\([dDwWsS]$|[pP])')
            then format('%s-%s is no range', s.lowest, s.highest)
          else coalesce(
            case when s.lowest like '\\%' then pgwave_private.find_escape_fault(s.lowest, true) end,
            case when s.highest like '\\%' then pgwave_private.find_escape_fault(s.highest, true) end)
        end, ', ')
      from pgwave_private.split_bracket(token) as s)
    when token like '\\%' then pgwave_private.find_escape_fault(token, false)
  end;
end
$function$;
comment on function pgwave_private.find_token_fault(text) is
  'Tell why a token of a pattern cannot be honoured. Returns: the reason; null where it can.';

create or replace function pgwave_private.find_escape_fault(escape text, in_bracket boolean)
returns text
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_code_point int := pgwave_private.read_code_point(escape);
begin
  return case
    when v_code_point between 55296 and 57343 then escape || ' is half of a surrogate pair'
    when v_code_point > 1114111 then escape || ' is no character'
    when v_code_point = 8 and escape = '\b' and not in_bracket then null
    when v_code_point is not null then null
    when escape = '\' then 'it ends with a lone \'
    when escape ~ '^\\([1-9]|k)' then format('%s is a back reference', escape)
    when escape ~ '^\\[pP]\{' then case when pgwave_private.find_categories(escape) is null
      then format('%s is a Unicode property other than a general category', escape) end
    when escape ~ '^\\[dDwWsStnrfv]$' or escape = '\B' and not in_bracket then null
    when escape ~ '^\\[A-Za-z0-9]' then format('%s is no escape of ECMA 262', escape)
  end;
end
$function$;
comment on function pgwave_private.find_escape_fault(text, boolean) is
  'Tell why an escape of a pattern cannot be honoured. Returns: the reason; null where it can.';

create or replace function pgwave_private.can_compile_pattern(expression text)
returns boolean
language plpgsql
immutable parallel unsafe
set search_path = ''
as $function$
begin
  perform '' ~ expression collate "C";
  return true;
exception
  -- PostgreSQL has no other way to ask whether a regular expression compiles
  when invalid_regular_expression then
    return false;
end
$function$;
comment on function pgwave_private.can_compile_pattern(text) is
  'Tell whether PostgreSQL can compile a regular expression. Returns: true if it can.';

create or replace function pgwave_private.find_token_faults(pattern text)
returns text[]
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_tokens text[] := array(
    select s.token from pgwave_private.split_pattern(find_token_faults.pattern) as s (token));
begin
  return array(
    select distinct f.fault
    from unnest(v_tokens) with ordinality as t (token, place)
    cross join lateral coalesce(
      pgwave_private.find_token_fault(t.token),
      case
        when t.token ~ '^([*+?]|\{.)' and (t.place = 1 or v_tokens[t.place - 1]
          ~ '^([*+?|^$(]|\{.|\\[bB]$)') then format('%s has nothing to repeat', t.token)
      end) as f (fault)
    where f.fault is not null
    order by f.fault);
end
$function$;
comment on function pgwave_private.find_token_faults(text) is
  'Find the tokens of a pattern that cannot be honoured. Returns: the reasons; empty where there are none.';

create or replace function pgwave_private.find_pattern_faults(pattern text)
returns text[]
language plpgsql
immutable parallel unsafe
set search_path = ''
as $function$
declare
  v_faults text[] := pgwave_private.find_token_faults(pattern);
begin
  if v_faults = '{}' and not pgwave_private.can_compile_pattern(pgwave_private.translate_pattern(pattern)) then
    return array['it does not compile, or repeats something more than 255 times'];
  end if;
  return v_faults;
end
$function$;
comment on function pgwave_private.find_pattern_faults(text) is
  'Find all that keeps a pattern from being honoured. Returns: the reasons; empty where there are none.';

create or replace function pgwave_private.matches_pattern(content text, pattern text)
returns boolean
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  -- within a line of ASCII the two languages agree on . \s \S \D \W too, and translating costs fifty times a match
  if content ~ '^[ -~]*$' collate "C" and pgwave_private.reads_alike(pattern, 'DWsS') then
    return content ~ pattern collate "C";
  end if;
  return content ~ pgwave_private.translate_pattern(pattern) collate "C";
end
$function$;
comment on function pgwave_private.matches_pattern(text, text) is
  'Tell whether a text matches an ECMA 262 pattern anywhere. Returns: true if it does. Raises: 2201B where the pattern has faults.';
