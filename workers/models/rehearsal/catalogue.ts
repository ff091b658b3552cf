import { createHash } from 'node:crypto';

/** A model that the rehearsal server says it holds. */
export interface RehearsedModel {
  name: string;
  /** sha256 of a text that says it is a rehearsal: stable, and the digest of no real model. */
  digest: string;
  sizeBytes: number;
  family: string;
  parameterSize: string;
}

export const defaultModels = ['gemma3:1b', 'gemma2:latest', 'qwen2.5:7b', 'phi3:latest'];

const sizes: Record<string, string> = {
  'gemma3:1b': '999.89M',
  'gemma2:latest': '9.2B',
  'qwen2.5:7b': '7.6B',
  'phi3:latest': '3.8B',
};

/** A model's full name: without a tag, `:latest` is meant. */
export function tagged(name: string): string {
  return /:[^/]*$/.test(name) ? name : `${name}:latest`;
}

export function rehearsedModel(given: string): RehearsedModel {
  const name = tagged(given);
  const parameterSize = sizes[name] ?? /:(\d+(?:\.\d+)?b)/i.exec(name)?.[1]?.toUpperCase() ?? '7B';
  const billions = Number.parseFloat(parameterSize) / (parameterSize.endsWith('M') ? 1000 : 1);
  return {
    name,
    digest: createHash('sha256').update(`pgwave rehearsal, no real model: ${name}`).digest('hex'),
    sizeBytes: Math.round(billions * 0.6e9),
    family: /^[a-z]+\d*/i.exec(name.split('/').at(-1) ?? '')?.[0] ?? 'rehearsal',
    parameterSize,
  };
}

/** A model as `/api/tags` and `/api/ps` describe it. */
export function describeModel(model: RehearsedModel): Record<string, unknown> {
  return {
    name: model.name,
    model: model.name,
    size: model.sizeBytes,
    digest: model.digest,
    details: modelDetails(model),
  };
}

export function modelDetails(model: RehearsedModel): Record<string, unknown> {
  return {
    parent_model: '',
    format: 'rehearsal',
    family: model.family,
    families: [model.family],
    parameter_size: model.parameterSize,
    quantization_level: 'Q4_0',
  };
}
