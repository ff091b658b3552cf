import fc from 'fast-check';

// One seed for every property of a test run: the global setup chooses and prints it.
const seed = process.env.PGWAVE_TEST_SEED;
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) });

export default fc;
