-- The roles of pgwave. They belong to the server, not to one database, so they are made by `pgwave migrate` before the
-- migrations and are not part of all.sql.
--
-- Only what is missing is written: `migrate` runs this file in a read-only transaction first, and only where that fails
-- again for good. The rights on a database are given on the one in which it runs.
--
--   pgwave_owner      owns everything that pgwave installs; nobody logs in as it
--   pgwave_viewer  ⊂  pgwave_operator  ⊂  pgwave_author  ⊂  pgwave_admin     what people may do
--   pgwave_worker, pgwave_sql, pgwave_script, pgwave_api   log in themselves (workers, authors' queries, scripts, the
--                     GraphQL server)

do $roles$
declare
  v_role record;
  v_grant record;
begin
  for v_role in
    select wanted.name, wanted.can_login, wanted.description
    from (values
      ('pgwave_owner', false, 'Owns the schemas of pgwave. Nobody logs in as it.'),
      ('pgwave_viewer', false, 'May read workflows, runs and their history.'),
      ('pgwave_operator', false, 'May start, cancel, retry and decide, and all that pgwave_viewer may.'),
      ('pgwave_author', false, 'May define workflows and actors, and all that pgwave_operator may.'),
      ('pgwave_admin', false, 'May correct interactions by hand, and all that pgwave_author may.'),
      ('pgwave_worker', true, 'Logs in for the workers: takes work and hands back its results.'),
      ('pgwave_sql', true, 'Logs in to run the queries that authors wrote: probes, loads, sql actors.'),
      ('pgwave_script', true, 'Logs in for the scripts of script actors.'),
      ('pgwave_api', true, 'Logs in for the GraphQL server, which then takes the role of the request.')
    ) as wanted (name, can_login, description)
  loop
    if not exists (select from pg_catalog.pg_roles r where r.rolname = v_role.name) then
      if v_role.can_login then
        -- reason: names of the catalogue or of this file
        execute pg_catalog.format('create role %I login noinherit', v_role.name);
      else
        execute pg_catalog.format('create role %I nologin', v_role.name);
      end if;
    end if;
    if v_role.can_login and not (select r.rolcanlogin from pg_catalog.pg_roles r where r.rolname = v_role.name) then
      -- reason: names of the catalogue or of this file
      execute pg_catalog.format('alter role %I login noinherit', v_role.name);
    end if;
    if pg_catalog.shobj_description(v_role.name::pg_catalog.regrole, 'pg_authid')
       is distinct from v_role.description then
      execute pg_catalog.format('comment on role %I is %L', v_role.name, v_role.description);
    end if;
  end loop;

  for v_grant in
    select wanted.granted, wanted.member
    from (values
      -- a function may then belong to the role that authors' queries run as
      ('pgwave_sql', 'pgwave_owner'),
      -- a session of these may then be ended by a function of pgwave
      ('pgwave_api', 'pgwave_owner'),
      ('pgwave_worker', 'pgwave_owner'),
      ('pgwave_viewer', 'pgwave_operator'),
      ('pgwave_operator', 'pgwave_author'),
      ('pgwave_author', 'pgwave_admin'),
      ('pgwave_viewer', 'pgwave_api'),
      ('pgwave_operator', 'pgwave_api'),
      ('pgwave_author', 'pgwave_api'),
      ('pgwave_admin', 'pgwave_api')
    ) as wanted (granted, member)
    where not exists (
      select
      from pg_catalog.pg_auth_members m
      where m.roleid = wanted.granted::pg_catalog.regrole
        and m.member = wanted.member::pg_catalog.regrole
    )
  loop
    -- reason: names of the catalogue or of this file
    execute pg_catalog.format('grant %I to %I', v_grant.granted, v_grant.member);
  end loop;

  -- Whoever migrates acts as the owner. From PostgreSQL 16 on, having made a role no longer includes `set role`.
  if not pg_catalog.pg_has_role(
    current_user,
    'pgwave_owner',
    case when pg_catalog.current_setting('server_version_num')::integer >= 160000 then 'set' else 'member' end
  ) then
    -- reason: names of the catalogue or of this file
    execute pg_catalog.format('grant pgwave_owner to %I', current_user);
  end if;

  if not pg_catalog.has_database_privilege(
    'pgwave_owner', pg_catalog.current_database(), 'create'
  ) then
    -- reason: names of the catalogue or of this file
    execute pg_catalog.format(
      'grant create on database %I to pgwave_owner', pg_catalog.current_database()
    );
  end if;

  -- A role may end its own sessions, and all sql actors are pgwave_sql, all scripts pgwave_script. Only a superuser can
  -- change that; otherwise `pgwave doctor` says how.
  if (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user) and exists (
    select
    from pg_catalog.pg_proc p
    cross join lateral pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
    where p.oid in ('pg_catalog.pg_terminate_backend(int, bigint)'::regprocedure,
      'pg_catalog.pg_cancel_backend(int)'::regprocedure)
      and a.grantee = 0
  ) then
    revoke execute on function pg_catalog.pg_terminate_backend(int, bigint), pg_catalog.pg_cancel_backend(int)
      from public;
    grant execute on function pg_catalog.pg_terminate_backend(int, bigint), pg_catalog.pg_cancel_backend(int)
      to pgwave_owner, pg_signal_backend;
  end if;

  for v_role in
    select login.name
    from pg_catalog.unnest(array['pgwave_worker', 'pgwave_sql', 'pgwave_script', 'pgwave_api']) as login (name)
    where not pg_catalog.has_database_privilege(login.name, pg_catalog.current_database(), 'connect')
  loop
    -- reason: names of the catalogue or of this file
    execute pg_catalog.format(
      'grant connect on database %I to %I', pg_catalog.current_database(), v_role.name
    );
  end loop;
end
$roles$;
