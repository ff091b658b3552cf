/** One message of a conversation with a model. */
export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** One call of a model. */
export interface ModelRequest {
  /** Address of the model server; without protocol and port, Ollama's port 11434 is meant. */
  host: string;
  /** Name with an optional tag; without one, `:latest`. */
  model: string;
  messages: ChatMessage[];
  /** Ollama's model options (`temperature`, `seed`, `num_ctx`, `num_predict`, …), passed on as they are. */
  options?: Record<string, unknown>;
  /** A JSON schema that the answer must follow, or `json` for any JSON object. */
  format?: object | 'json';
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
  /** The model as the server names it. */
  model: string;
  /** Digest of the model, or null where the server did not tell. */
  digest: string | null;
  /** True when a rehearsal server answered, by rule and without a model. */
  rehearsed: boolean;
  /** Why the model stopped: `stop`, `length`, `load`, … */
  doneReason: string;
  promptTokens: number;
  completionTokens: number;
  /** As the server reports them, in milliseconds. */
  durations: { totalMs: number; loadMs: number; promptMs: number; completionMs: number };
  /** What was changed or could not be learned, one sentence each. */
  notes: string[];
}

/** A model that a server holds on disk. */
export interface HostedModel {
  name: string;
  digest: string;
  /** Whether it is in memory now. */
  loaded: boolean;
}

/** What a model is at this moment on a host: the part of its identity that a name does not tell. */
export interface ModelIdentity {
  digest: string | null;
  rehearsed: boolean;
}

/**
 * A way to talk to models. All methods throw `ActorError`; errors of any other class are faults of this code or of the
 * caller's `onText`.
 */
export interface ModelProvider {
  chat(request: ModelRequest): Promise<ModelAnswer>;
  /** All models of a host, asked for anew. */
  models(host: string): Promise<HostedModel[]>;
  /** Version of the server, asked for anew. */
  version(host: string): Promise<string>;
  /** Digest and origin of a model; remembered for a while, looked up again when the model is unknown. */
  identify(host: string, model: string): Promise<ModelIdentity>;
}
