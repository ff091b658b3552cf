import type { Image } from './images.ts';

/** One message of a conversation with a model. */
export interface ChatMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content: string;
  /** Pictures for the model to look at. */
  images?: Image[];
  /** Of an assistant: the tools that it called. */
  toolCalls?: ToolCall[];
  /** Of a tool: the call that this is the result of. */
  toolCall?: ToolCall;
}

/** What a model may call. */
export interface Tool {
  name: string;
  description?: string;
  /** JSON Schema of its arguments. */
  input: object;
}

/** A call of a tool by a model. */
export interface ToolCall {
  /** What the server calls it; some servers give none. */
  id?: string;
  name: string;
  /** What was given: JSON, or a text that is none. */
  arguments: unknown;
}

/** One call of a model. */
export interface ModelRequest {
  /** Address of the model server: the actor's `base_url`, or the worker's default for the provider. */
  host: string;
  /** The key that the actor's `api_key` names in the worker's environment. */
  apiKey?: string;
  /** Name with an optional tag; without one, `:latest`. */
  model: string;
  messages: ChatMessage[];
  /** The server's own options (`temperature`, `seed`, `num_ctx`, …), passed on as they are. */
  options?: Record<string, unknown>;
  /** A JSON schema that the answer must follow, or `json` for any JSON object. */
  format?: object | 'json';
  /** What the model may call. Its calls are in `toolCalls` of the answer. */
  tools?: Tool[];
  /** Most tokens of the answer, over what `options` say: more room for one that was cut. */
  maxTokens?: number;
  /** How long the server keeps the model loaded afterwards: `5m`, seconds, 0 = unload, negative = for ever. */
  keepAlive?: string | number;
  /** Limit for the whole call, in milliseconds. Without it, only the signal ends a silent call. */
  timeoutMs?: number;
  /** Aborts the call: it rejects with `cancelled` at once and the connection is closed. */
  signal: AbortSignal;
  /** Receives the text as it arrives, already cleaned. What it throws ends the call and is thrown to the caller. */
  onText?: (delta: string) => void;
  /** Limit for the text (UTF-8), in bytes; more is `output_too_large`. Default 8 MiB. */
  maxOutputBytes?: number;
}

/** What a model answered, and what the notebook keeps of it. */
export interface ModelAnswer {
  /** The text, with NUL and lone surrogates replaced by U+FFFD. */
  response: string;
  /** What the model thought before it answered, where the server keeps that apart. */
  thinking?: string;
  /** The model as the server names it. */
  model: string;
  /** The tools that the model wants to be called before it answers. */
  toolCalls?: ToolCall[];
  /** Why the model stopped: `stop` is the natural end; `length`, `load`, `content_filter`, … are others. */
  doneReason: string;
  promptTokens: number;
  completionTokens: number;
  /** Prompt tokens that the server had in its cache; they are among `promptTokens`. */
  cachedTokens?: number;
  /** Tokens of the reasoning; they are among `completionTokens`. */
  reasoningTokens?: number;
  /** Digest of the model. Undefined or null: the server did not tell. */
  digest?: string | null;
  /** What a server says of its configuration if it has no digests (OpenAI's `system_fingerprint`). */
  fingerprint?: string | null;
  /** True when a rehearsal server answered, by rule and without a model. */
  rehearsed?: boolean;
  /** As the server reports them, in milliseconds. */
  durations?: { totalMs: number; loadMs: number; promptMs: number; completionMs: number };
  /** What was changed or could not be learned, one sentence each. */
  notes?: string[];
}

/** Texts to be turned into vectors, in one call. */
export interface EmbedRequest
  extends Pick<
    ModelRequest,
    'host' | 'apiKey' | 'model' | 'options' | 'keepAlive' | 'timeoutMs' | 'signal'
  > {
  texts: string[];
  /** How many numbers a vector is to have, for models that let one choose. */
  dimensions?: number;
}

/** The vectors of texts, in the order of the texts. */
export interface EmbedAnswer
  extends Pick<ModelAnswer, 'model' | 'promptTokens' | 'digest' | 'rehearsed'> {
  embeddings: number[][];
}

/** A model that a server holds. */
export interface HostedModel {
  name: string;
  /** Null: the server has no digests. */
  digest: string | null;
  /** Whether it is in memory now. Null: the server does not tell. */
  loaded: boolean | null;
  /** Its size in memory, in bytes, while it is loaded. */
  sizeBytes?: number;
  /** The context that it was loaded with, in tokens. */
  contextLength?: number;
}

/** What a model is at this moment on a host: the part of its identity that a name does not tell. */
export interface ModelIdentity {
  digest: string | null;
  rehearsed: boolean;
}

/** A model server: its address, and the key for it. */
export type ModelHost = Pick<ModelRequest, 'host' | 'apiKey'>;

/**
 * A way to talk to models; `chat` is all that it must have. All methods throw `ActorError`; errors of any other class are
 * faults of this code or of the caller's `onText`. A program gives its own to `startWorker({ providers })`, and an actor
 * names it: `provider: mine`.
 */
export interface ModelProvider {
  chat(request: ModelRequest): Promise<ModelAnswer>;
  /** Whether a model that is held to a format can call no tools: it is held to one only when it is asked again. */
  formatBarsTools?: boolean;
  /** Turns texts into vectors. */
  embed?(request: EmbedRequest): Promise<EmbedAnswer>;
  /** All models of a host, asked for anew. */
  models?(host: ModelHost): Promise<HostedModel[]>;
  /** Version of the server, asked for anew. */
  version?(host: ModelHost): Promise<string>;
  /** Digest and origin of a model; remembered for a while, looked up again when the model is unknown. */
  identify?(host: ModelHost, model: string): Promise<ModelIdentity>;
  /** Loads a model into memory without asking it anything. */
  load?(host: ModelHost, model: string): Promise<void>;
}
