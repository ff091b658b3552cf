// Stands where @rjsf/core's test helper imports a validator that pages may not use; see vite.config.ts.
export default undefined;
