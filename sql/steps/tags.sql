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
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  -- most texts have one pair of brackets, and a tag of the set in it
  v_only constant text := (regexp_match(search_tag.answer,
    E'^[^[\uFF3B\u3010\\\\]*\\[\\s*([^][\\n]{1,80}?)\\s*\\][^[\uFF3B\u3010\\\\]*$'))[1];
  v_tag text;
begin
  if btrim(v_only, ' "''`*_') = v_only and length(search_tag.answer) <= 100000 then
    foreach v_tag in array coalesce(search_tag.tags, '{}') loop
      if lower(v_tag) = lower(v_only) then
        return v_tag;
      end if;
    end loop;
  end if;
  return pgwave_private.search_last_tag(search_tag.answer, search_tag.tags);
end
$$;
comment on function pgwave_private.search_tag(text, text[]) is
  'Find the tag in a text: the last of the set that stands in brackets, in whatever case, else the last other [TAG]; [1] and links are none. Returns: the tag as the set spells it, or the other; null: none.';

create or replace function pgwave_private.search_last_tag(answer text, tags text[]) returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  with plain as materialized (
    select pgwave_private.plain_brackets(search_last_tag.answer) as text
  ), named as (
    -- one that was never closed counts at the end of a line
    select (regexp_match(p.text, '.*\[\s*('
             || (select string_agg(regexp_replace(t, '([^A-Za-z0-9 ])', '\\\1', 'g'), '|' order by length(t) desc)
                   from unnest(search_last_tag.tags) t)
             || ')\s*(?:\]|\n|$)', 'i'))[1] as tag
      from plain p
     where cardinality(search_last_tag.tags) > 0
  )
  select coalesce(
    (select t from named n join unnest(search_last_tag.tags) t on lower(t) = lower(n.tag)),
    -- another than those of the set; a citation or a link is none
    (select (regexp_match(p.text, '.*\[(?!\s*\d+\s*\])([^][\n]{1,80})\](?![(:[])'))[1] from plain p))
$$;
comment on function pgwave_private.search_last_tag(text, text[]) is
  'Find the last tag in a text of any brackets, with what models put around them. Returns: the tag as the set spells it, or the other; null: none.';

-- Inlined, since every answer goes through it.
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

create or replace function pgwave_private.tagged_of(conversation pgwave.conversation_versions)
  returns pgwave_private.tagged
language sql
immutable
parallel safe
begin atomic
  select row(conversation.actor_type, conversation.tags, conversation.definition ->> 'tag_line',
    jsonb_typeof(conversation.definition #> '{output,enum}') = 'array')::pgwave_private.tagged;
end;
comment on function pgwave_private.tagged_of(pgwave.conversation_versions) is
  'Say where the tag of an answer stands. Returns: the actor''s type, the tags, the line, whether the data is the word itself.';

create or replace function pgwave_private.find_tag(tagged pgwave_private.tagged, response text, data jsonb) returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  v_tag text;
begin
  if tagged.actor_type <> 'ai_model' then
    return pgwave_private.read_tag(tagged.actor_type, find_tag.response, find_tag.data, tagged.tags);
  elsif tagged.is_word and jsonb_typeof(find_tag.data) = 'string' then
    return find_tag.data #>> '{}';
  elsif tagged.tag_line is not null then
    -- a word that is not one of the set is no tag
    v_tag := pgwave_private.read_line_tag(find_tag.response, tagged.tag_line);
    return case when v_tag = any(tagged.tags) then v_tag end;
  end if;
  return pgwave_private.read_tag(tagged.actor_type, find_tag.response, find_tag.data, tagged.tags);
end
$$;
comment on function pgwave_private.find_tag(pgwave_private.tagged, text, jsonb) is
  'Find the tag of an answer where its conversation says: the word of an output contract with enum, the first or last line, else the last [TAG] of the text. Returns: the bare word; null: there is none.';

create or replace function pgwave_private.tag_of(
  conversation pgwave.conversation_versions,
  response text,
  data jsonb
) returns text
language sql
immutable
parallel safe
begin atomic
  select pgwave_private.find_tag(pgwave_private.tagged_of(conversation), tag_of.response, tag_of.data);
end;
comment on function pgwave_private.tag_of(pgwave.conversation_versions, text, jsonb) is
  'Find the tag of an answer of a conversation. Returns: the bare word; null: there is none.';

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
      else upper(pgwave_private.tag_of(conversation,
        asks_to_skip.answer ->> 'response', asks_to_skip.answer -> 'data')) = 'SKIP'
    end, false)
$$;
comment on function pgwave_private.asks_to_skip(pgwave.conversation_versions, jsonb) is
  'Tell whether an answer is that there is nothing to do: [SKIP], or status skipped, where the conversation may skip. Returns: true or false.';
