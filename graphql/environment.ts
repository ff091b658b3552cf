// Imported first, before anything of PostGraphile, which prints a notice on standard error where this is not set.
process.env.GRAPHILE_ENV ??= 'production';
