-- Where the tag of an answer stands. By default it is the last [TAG] of a model's text, and a text that quotes what
-- somebody else wrote may be made to end in their tag. `tags: first_line` and `last_line` read one line that holds
-- nothing else; an output contract of words (enum) needs no text at all.

create or replace function pgwave_private.read_line_tag(response text, line text) returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- nothing but the tag, bare or in brackets
  select btrim((regexp_match(l.lines[case read_line_tag.line when 'first_line' then 1 else cardinality(l.lines) end],
                             '^[*`"]*\[?([^\[\]\n]{1,80}?)\]?[*`".]*$'))[1])
    from (
      select array_agg(btrim(s.line, E' \t\r') order by s.place) as lines
        from regexp_split_to_table(coalesce(read_line_tag.response, ''), E'\n') with ordinality s (line, place)
       where s.line ~ '\S'
    ) l
$$;
comment on function pgwave_private.read_line_tag(text, text) is
  'Find the tag that is all of the first or last line of a text that is not blank. Returns: the bare word; null: there is none.';

create or replace function pgwave_private.plain_brackets(answer text) returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- translate drops what has no counterpart: the zero-width characters at the end of the list
  select regexp_replace(regexp_replace(
           translate(right(plain_brackets.answer, 100000),
             U&'\FF3B\FF3D\3010\3011\200B\200C\200D\2060\FEFF', '[][]'),
           '\\([][])', '\1', 'g'),
         '\[[\s"''`*_]*([^][\n]{1,80}?)[\s"''`*_]*\]', '[\1]', 'g')
$$;
comment on function pgwave_private.plain_brackets(text) is
  'Write the tags of a text plainly: no zero-width characters, no backslashes, no quotes or emphasis inside of brackets. Returns: the text, its last 100,000 characters.';

create or replace function pgwave_private.search_tag(answer text, tags text[]) returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  with plain as materialized (
    select pgwave_private.plain_brackets(search_tag.answer) as text
  ), named as (
    -- one that was never closed counts at the end of a line
    select (regexp_match(p.text, '.*\[\s*('
             || (select string_agg(regexp_replace(t, '([^A-Za-z0-9 ])', '\\\1', 'g'), '|' order by length(t) desc)
                   from unnest(search_tag.tags) t)
             || ')\s*(?:\]|\n|$)', 'i'))[1] as tag
      from plain p
     where cardinality(search_tag.tags) > 0
  )
  select coalesce(
    (select t from named n join unnest(search_tag.tags) t on lower(t) = lower(n.tag)),
    -- another than those of the set; a citation or a link is none
    (select (regexp_match(p.text, '.*\[(?!\s*\d+\s*\])([^][\n]{1,80})\](?![(:[])'))[1] from plain p))
$$;
comment on function pgwave_private.search_tag(text, text[]) is
  'Find the tag in a text: the last of the set that stands in brackets, in whatever case, else the last other [TAG]; [1] and links are none. Returns: the tag as the set spells it, or the other; null: none.';

-- Inlined, since every answer goes through these two.
create or replace function pgwave_private.read_tag(
  actor_type pgwave.actor_type,
  response text,
  data jsonb,
  tags text[] default null
) returns text
language sql
immutable
parallel safe
begin atomic
  select btrim(coalesce(
    case when read_tag.actor_type <> 'ai_model' then nullif(read_tag.data ->> 'tag', '') end,
    -- most texts have no bracket at all
    case when coalesce(read_tag.response,
      case when read_tag.actor_type <> 'ai_model' then read_tag.data ->> 'response' end)
                ~ U&'[[\FF3B\3010]'
      then pgwave_private.search_tag(
        coalesce(read_tag.response, case when read_tag.actor_type <> 'ai_model' then read_tag.data ->> 'response' end),
        read_tag.tags) end), '[] ');
end;
comment on function pgwave_private.read_tag(pgwave.actor_type, text, jsonb, text[]) is
  'Find the tag of an answer: the last tag of the set in a model''s text; data.tag of others, else as of a model from their response. Returns: the bare word, null where there is none.';

create or replace function pgwave_private.find_tag(
  conversation pgwave.conversation_versions,
  response text,
  data jsonb
) returns text
language sql
immutable
parallel safe
begin atomic
  select case
    when conversation.actor_type <> 'ai_model' then
      pgwave_private.read_tag(
      conversation.actor_type, find_tag.response, find_tag.data, conversation.tags)
    when jsonb_typeof(conversation.definition #> '{output,enum}') = 'array'
      and jsonb_typeof(find_tag.data) = 'string' then
      find_tag.data #>> '{}'
    when conversation.definition ? 'tag_line' then
      -- a word that is not one of the set is no tag
      case when pgwave_private.read_line_tag(find_tag.response,
        conversation.definition ->> 'tag_line') = any(conversation.tags)
        then pgwave_private.read_line_tag(find_tag.response, conversation.definition ->> 'tag_line') end
    else pgwave_private.read_tag(
      conversation.actor_type, find_tag.response, find_tag.data, conversation.tags)
  end;
end;
comment on function pgwave_private.find_tag(pgwave.conversation_versions, text, jsonb) is
  'Find the tag of an answer where its conversation says: the word of an output contract with enum, the first or last line, else the last [TAG] of the text. Returns: the bare word; null: there is none.';

create or replace function pgwave_private.asks_to_skip(conversation pgwave.conversation_versions, answer jsonb)
  returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select conversation.may_skip and coalesce(
    lower(asks_to_skip.answer #>> '{data,status}') = 'skipped' or lower(asks_to_skip.answer ->> 'status') = 'skipped'
    or case
      -- of a text without tags only the end counts
      when conversation.actor_type = 'ai_model' and conversation.tags is null
        then asks_to_skip.answer ->> 'response' ~* '\[\s*SKIP\s*\]\s*$'
      else upper(pgwave_private.find_tag(conversation,
        asks_to_skip.answer ->> 'response', asks_to_skip.answer -> 'data')) = 'SKIP'
    end, false)
$$;
comment on function pgwave_private.asks_to_skip(pgwave.conversation_versions, jsonb) is
  'Tell whether an answer is that there is nothing to do: [SKIP], or status skipped, where the conversation may skip. Returns: true or false.';
