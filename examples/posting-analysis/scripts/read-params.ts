import { ScriptError } from '../../../src/script.ts';

type Params = Record<string, unknown>;

/** A parameter that must be a positive whole number. */
export function requireId(params: Params, name: string): number {
  const value = params[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new ScriptError(`params.${name} must be a positive whole number`, { retryable: false });
}

/** A parameter that must be text and not empty. */
export function requireText(params: Params, name: string): string {
  const value = params[name];
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new ScriptError(`params.${name} must be a text`, { retryable: false });
}

/** The conversation whose output a saver saves: `params.conversation`, else the workflow's own name for it. */
export function readConversation(params: Params, otherwise: string): string | number {
  const value = params.conversation;
  return typeof value === 'string' || typeof value === 'number' ? value : otherwise;
}

/** The error for an output that another try of the saver would not change. */
export function nothingToSave(conversation: string | number, what: string): ScriptError {
  return new ScriptError(`Conversation ${conversation} ${what}`, { retryable: false });
}
