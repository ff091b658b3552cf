-- Embeddings without an extension: where pgvector is installed, its operators do the same by index.

create or replace function pgwave.cosine_similarity(embedding real[], other real[]) returns real
language plpgsql
immutable strict parallel safe
security definer
set search_path = ''
as $$
begin
  if cardinality(cosine_similarity.embedding) <> cardinality(cosine_similarity.other) then
    perform pgwave_private.raise_error('PWINP',
      format('an embedding of %s dimensions and one of %s have no similarity',
        cardinality(cosine_similarity.embedding), cardinality(cosine_similarity.other)), null,
      'Compare embeddings of the same model; data.embedding comes with model and dimensions.');
  end if;
  return (
    select (sum(u.x::float8 * u.y) / nullif(sqrt(sum(u.x::float8 * u.x)) * sqrt(sum(u.y::float8 * u.y)), 0))::real
      from unnest(cosine_similarity.embedding, cosine_similarity.other) as u (x, y));
end
$$;
comment on function pgwave.cosine_similarity(real[], real[]) is
  'Compare two embeddings. Returns: the cosine of their angle, from -1 to 1; null if one has no length. Raises: PWINP if their dimensions differ.';
