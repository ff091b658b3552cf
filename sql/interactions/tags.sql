-- Where the tag of an answer stands. By default it is the last [TAG] of a model's text, and a text that quotes what somebody
-- else wrote may be made to end in their tag. `tags: first_line` and `last_line` read one line that holds nothing else; an
-- output contract of words (enum) needs no text at all.

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

create or replace function pgwave_private.find_tag(
  conversation pgwave.conversation_versions,
  response text,
  data jsonb
) returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case
    when jsonb_typeof(conversation.definition #> '{output,enum}') = 'array' and jsonb_typeof(find_tag.data) = 'string' then
      find_tag.data #>> '{}'
    when conversation.definition ? 'tag_line' then (
      -- a word that is not one of the set is no tag
      select t.tag
        from pgwave_private.read_line_tag(find_tag.response, conversation.definition ->> 'tag_line') as t (tag)
       where t.tag = any(conversation.tags))
    else pgwave_private.read_tag(conversation.actor_type, find_tag.response, find_tag.data)
  end
$$;
comment on function pgwave_private.find_tag(pgwave.conversation_versions, text, jsonb) is
  'Find the tag of a model''s answer where its conversation says: the word of an output contract with enum, the first or last line, else the last [TAG] of the text. Returns: the bare word; null: there is none.';
