/** `import 'pgwave/worker'`: a worker in your process, what its handlers get, and what a provider of models must do. */
export type { FunctionCall, FunctionHandler } from '../src/definitions/define-function.ts';
export { ActorError, type ActorErrorOptions, type ErrorCode } from './actor-error.ts';
export type { Image } from './models/images.ts';
export type {
  ChatMessage,
  EmbedAnswer,
  EmbedRequest,
  HostedModel,
  ModelAnswer,
  ModelHost,
  ModelIdentity,
  ModelProvider,
  ModelRequest,
  Tool,
  ToolCall,
} from './models/provider.ts';
export { readTraceOptions, type TraceOptions } from './traces/options.ts';
export { startWorker, type Worker, type WorkerOptions } from './worker.ts';
export type { AttemptOfEvent, WorkerEvent } from './worker-events.ts';
