/** `import 'pgwave/worker'`: a worker in your process, and what its handlers get. */
export type { FunctionCall, FunctionHandler } from './actors/function.ts';
export { startWorker, type Worker, type WorkerOptions } from './worker.ts';
