-- Datasets: examples by which workflows are measured. A version is never changed; an example is in a span of versions.

-- In FROM it becomes part of the statement that calls it.
create or replace function pgwave_private.examples_of_version(dataset_id bigint, version int)
returns setof pgwave.dataset_examples
language sql
stable
begin atomic
  select e.*
    from pgwave.dataset_examples e
   where e.dataset_id = examples_of_version.dataset_id and e.from_version <= examples_of_version.version
     and (e.to_version is null or e.to_version >= examples_of_version.version);
end;
comment on function pgwave_private.examples_of_version(bigint, int) is
  'List the examples of a version of a dataset. Returns: them.';

create or replace function pgwave_private.require_dataset(dataset text) returns pgwave.datasets
language plpgsql
stable
set search_path = ''
as $$
declare
  v_dataset pgwave.datasets;
begin
  select d.* into v_dataset
    from pgwave.datasets d
   where d.dataset_name = require_dataset.dataset
     and (d.owner = pgwave.current_identity() or d.visibility = 'public' or pgwave_private.is_administrator());
  if not found then
    perform pgwave_private.raise_error('PWNOF', format('Dataset "%s" not found.', require_dataset.dataset), null,
      'pgwave dataset list shows the datasets that you can see.');
  end if;
  return v_dataset;
end
$$;
comment on function pgwave_private.require_dataset(text) is
  'Find a dataset that the caller may see. Returns: it. Raises: PWNOF.';

create or replace function pgwave_private.lock_dataset(dataset text) returns pgwave.datasets
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_dataset pgwave.datasets := pgwave_private.require_dataset(lock_dataset.dataset);
begin
  if v_dataset.owner <> pgwave.current_identity() and not pgwave_private.is_administrator() then
    perform pgwave_private.raise_error('PWACC',
      format('%s may not change the dataset %s.', pgwave.current_identity(), v_dataset.dataset_name),
      format('It is owned by %s.', v_dataset.owner), 'Only its owner and administrators may. Make one of your own.');
  end if;
  select d.* into v_dataset from pgwave.datasets d where d.dataset_id = v_dataset.dataset_id for no key update;
  return v_dataset;
end
$$;
comment on function pgwave_private.lock_dataset(text) is
  'Take a dataset to change it. Returns: it. Raises: PWNOF, PWACC. Locks: the dataset.';

create or replace function pgwave_private.open_dataset(dataset text) returns pgwave.datasets
language plpgsql
volatile
set search_path = ''
as $$
begin
  if open_dataset.dataset is null or open_dataset.dataset !~ '^[a-z][a-z0-9_.:/-]{0,199}$' then
    perform pgwave_private.raise_error('PWINP', format('"%s" is not a name of a dataset', open_dataset.dataset), null,
      'A name begins with a letter and has lower-case letters, digits, and _ . : / -, at most 200.');
  end if;
  insert into pgwave.datasets (dataset_name, owner, created_at)
  values (open_dataset.dataset, pgwave.current_identity(), pgwave_private.now())
  on conflict on constraint datasets_name_is_unique do nothing;
  if not exists (
    select from pgwave.datasets d
     where d.dataset_name = open_dataset.dataset
       and (d.owner = pgwave.current_identity() or d.visibility = 'public' or pgwave_private.is_administrator()))
  then
    -- a name that another has is taken, seen or not
    perform pgwave_private.raise_error('PWACC', format('The dataset %s is another''s.', open_dataset.dataset), null,
      'Choose another name.');
  end if;
  return pgwave_private.lock_dataset(open_dataset.dataset);
end
$$;
comment on function pgwave_private.open_dataset(text) is
  'Take a dataset to change it; one that is not there is made. Returns: it. Raises: PWINP, PWACC. Writes: datasets. Locks: the dataset.';

create or replace function pgwave_private.require_example(example jsonb, place bigint) returns void
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_fault text;
begin
  if jsonb_typeof(require_example.example) is distinct from 'object' then
    v_fault := 'is not an object';
  elsif not require_example.example ? 'input' then
    v_fault := 'has no input';
  elsif jsonb_typeof(require_example.example -> 'tags') not in ('array', 'null')
        or jsonb_path_exists(require_example.example, '$.tags[*] ? (@.type() != "string")') then
    v_fault := 'has tags that are not a list of words';
  else
    select 'has an unknown field ' || k into v_fault
      from jsonb_object_keys(require_example.example) k where k <> all ('{input,expected,tags}') limit 1;
  end if;
  if v_fault is not null then
    perform pgwave_private.raise_error('PWINP', format('example %s %s', require_example.place, v_fault),
      left(require_example.example::text, 200),
      'An example is {"input": …, "expected": …, "tags": ["…"]}; expected and tags may be left out.');
  end if;
end
$$;
comment on function pgwave_private.require_example(jsonb, bigint) is
  'Refuse what is not an example. Raises: PWINP.';

create or replace function pgwave_private.require_examples(examples jsonb) returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if jsonb_typeof(require_examples.examples) is distinct from 'array' or require_examples.examples = '[]' then
    perform pgwave_private.raise_error('PWINP', 'there are no examples', null,
      'Give an array: [{"input": {"posting_id": 1}, "expected": {"grade": "PASS"}}].');
  end if;
  perform pgwave_private.require_example(e.example, e.place)
    from jsonb_array_elements(require_examples.examples) with ordinality e (example, place);
end
$$;
comment on function pgwave_private.require_examples(jsonb) is
  'Refuse a list that holds anything but examples. Raises: PWINP.';

create or replace function pgwave_private.find_changed_examples(dataset_id bigint, examples jsonb)
returns table (
  example_key text, input jsonb, expected jsonb, tags text[], run_id bigint, interaction_id bigint, replaces boolean)
language sql
stable
set search_path = ''
as $$
  with given as (
    -- of examples with the same input the last counts
    select distinct on (k.example_key) k.example_key, e.example -> 'input' as input,
           nullif(e.example -> 'expected', 'null') as expected,
           array(select distinct t from jsonb_array_elements_text(nullif(e.example -> 'tags', 'null')) t
                  order by t) as tags,
           (e.example ->> 'workflow_run_id')::bigint as run_id,
           (e.example ->> 'interaction_id')::bigint as interaction_id, e.place
      from jsonb_array_elements(find_changed_examples.examples) with ordinality e (example, place)
      cross join lateral (select pgwave_private.task_key(e.example -> 'input')) k (example_key)
     order by k.example_key, e.place desc
  )
  select g.example_key, g.input, g.expected, g.tags, g.run_id, g.interaction_id, old.example_key is not null
    from given g
    left join pgwave.dataset_examples old
      on old.dataset_id = find_changed_examples.dataset_id and old.example_key = g.example_key
     and old.to_version is null
   where old.example_key is null or old.expected is distinct from g.expected or old.tags <> g.tags
   order by g.place
$$;
comment on function pgwave_private.find_changed_examples(bigint, jsonb) is
  'Find which of the given examples the latest version of a dataset does not have as they are. Returns: a row for each; replaces: it has the input with another expected output or other tags.';

create or replace function pgwave_private.change_dataset(
  dataset pgwave.datasets,
  examples jsonb,
  removed_keys text[] default '{}'
) returns pgwave.dataset_versions
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_version pgwave.dataset_versions;
  v_latest constant int := dataset.latest_version;
  v_changed constant jsonb := (
    select coalesce(jsonb_agg(to_jsonb(c)), '[]')
      from pgwave_private.find_changed_examples(dataset.dataset_id, change_dataset.examples) c);
begin
  with closed as (
    update pgwave.dataset_examples old
       set to_version = v_latest
     where old.dataset_id = dataset.dataset_id and old.to_version is null
       and (old.example_key = any(removed_keys)
         or old.example_key in (select c ->> 'example_key' from jsonb_array_elements(v_changed) c
                                 where c -> 'replaces' = 'true'))
    returning old.example_key
  )
  select (count(*) filter (where c.example_key = any(removed_keys)))::int into v_version.removed from closed c;
  if v_changed = '[]' and v_version.removed = 0 and v_latest > 0 then
    select v.* into v_version
      from pgwave.dataset_versions v where v.dataset_id = dataset.dataset_id and v.version = v_latest;
    return v_version;
  end if;
  insert into pgwave.dataset_examples (
    dataset_id, example_key, input, expected, tags, from_version, kept_from_workflow_run_id, kept_from_interaction_id)
  select dataset.dataset_id, c.example_key, c.input, nullif(c.expected, 'null'), c.tags, v_latest + 1, c.run_id,
         c.interaction_id
    from jsonb_to_recordset(v_changed)
           as c (example_key text, input jsonb, expected jsonb, tags text[], run_id bigint, interaction_id bigint);
  update pgwave.datasets d set latest_version = v_latest + 1 where d.dataset_id = dataset.dataset_id;
  insert into pgwave.dataset_versions as v (dataset_id, version, examples, added, replaced, removed, author, created_at)
  select dataset.dataset_id, v_latest + 1,
         (select count(*) from pgwave.dataset_examples e
           where e.dataset_id = dataset.dataset_id and e.to_version is null),
         count(*) filter (where c -> 'replaces' = 'false'), count(*) filter (where c -> 'replaces' = 'true'),
         v_version.removed, pgwave.current_identity(), pgwave_private.now()
    from jsonb_array_elements(v_changed) c
  returning v.* into v_version;
  return v_version;
end
$$;
comment on function pgwave_private.change_dataset(pgwave.datasets, jsonb, text[]) is
  'Make the next version of a dataset, which the caller holds: with these examples, without those keys. Returns: the version; the latest if nothing changes. Writes: datasets, dataset_versions, dataset_examples.';

create or replace function pgwave.add_examples(dataset text, examples jsonb) returns pgwave.dataset_versions
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform pgwave_private.require_examples(add_examples.examples);
  return pgwave_private.change_dataset(pgwave_private.open_dataset(add_examples.dataset), add_examples.examples);
end
$$;
comment on function pgwave.add_examples(text, jsonb) is
  'Add examples `[{input, expected, tags}]` to a dataset, which is made if it is not there. An example with the input of an earlier one replaces it. Returns: the new version; the latest if it has all of them. Raises: PWINP, PWACC if the dataset is another''s. Writes: datasets, dataset_versions, dataset_examples. Locks: the dataset.';

create or replace function pgwave.add_examples_of_query(dataset text, query text) returns pgwave.dataset_versions
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_most constant int := 100000;
  v_dataset constant pgwave.datasets := pgwave_private.open_dataset(add_examples_of_query.dataset);
  v_examples jsonb := (
    select coalesce(jsonb_agg(q.example), '[]')
      from pgwave_private.run_query_apart(add_examples_of_query.query, v_most) q (example));
begin
  perform pgwave_private.require_examples(v_examples);
  return pgwave_private.change_dataset(v_dataset, v_examples);
end
$$;
comment on function pgwave.add_examples_of_query(text, text) is
  'Add the rows of a query to a dataset as examples: columns input, expected, and tags; the last two may be left out. The query runs as pgwave_sql, and takes 100,000 rows at most. Returns: the new version; the latest if it has all of them. Raises: PWINP, PWQRY, PWACC if the dataset is another''s. Writes: as add_examples. Locks: the dataset.';

create or replace function pgwave.remove_examples(dataset text, example_keys text[]) returns pgwave.dataset_versions
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  return pgwave_private.change_dataset(
    pgwave_private.lock_dataset(remove_examples.dataset), '[]', remove_examples.example_keys);
end
$$;
comment on function pgwave.remove_examples(text, text[]) is
  'Make a version of a dataset without these examples; earlier versions keep them. Returns: it; the latest version if it has none of them. Raises: PWNOF, PWACC if the dataset is another''s. Writes: datasets, dataset_versions, dataset_examples. Locks: the dataset.';

create or replace function pgwave.list_examples(dataset text, version int default null, tags text[] default null)
returns setof pgwave.dataset_examples
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_dataset constant pgwave.datasets := pgwave_private.require_dataset(list_examples.dataset);
  v_version constant int := coalesce(list_examples.version, v_dataset.latest_version);
begin
  if v_version not between 1 and v_dataset.latest_version then
    perform pgwave_private.raise_error('PWNOF',
      format('The dataset %s has no version %s.', v_dataset.dataset_name, v_version),
      format('Its latest version is %s.', v_dataset.latest_version), 'Leave it out for the latest.');
  end if;
  return query
  select e.*
    from pgwave_private.examples_of_version(v_dataset.dataset_id, v_version) e
   where list_examples.tags is null or e.tags && list_examples.tags
   order by e.dataset_example_id;
end
$$;
comment on function pgwave.list_examples(text, int, text[]) is
  'List the examples of a version of a dataset, or of the latest; with tags, those that have one of them. Returns: the examples, in the order in which they came. Raises: PWNOF.';

create or replace function pgwave.set_dataset_visibility(dataset text, visibility pgwave.visibility)
returns pgwave.datasets
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_dataset pgwave.datasets := pgwave_private.lock_dataset(set_dataset_visibility.dataset);
begin
  update pgwave.datasets d
     set visibility = set_dataset_visibility.visibility
   where d.dataset_id = v_dataset.dataset_id
  returning d.* into v_dataset;
  return v_dataset;
end
$$;
comment on function pgwave.set_dataset_visibility(text, pgwave.visibility) is
  'Let every viewer see a dataset, or hide it. Returns: it. Raises: PWNOF, PWACC if it is not the caller''s. Writes: datasets. Locks: the dataset.';

create or replace function pgwave.delete_dataset(dataset text) returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_dataset constant pgwave.datasets := pgwave_private.lock_dataset(delete_dataset.dataset);
begin
  delete from pgwave.datasets d where d.dataset_id = v_dataset.dataset_id;
  return true;
end
$$;
comment on function pgwave.delete_dataset(text) is
  'Delete a dataset with all its versions and examples. Evaluations keep their scores. Returns: true. Raises: PWNOF, PWACC if it is not the caller''s. Writes: datasets, dataset_versions, dataset_examples. Locks: the dataset.';
