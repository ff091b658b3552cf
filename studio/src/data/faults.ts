/** An error as the database says it. */
export interface Fault {
  code: string | undefined;
  message: string;
  detail: string | undefined;
  hint: string | undefined;
}

interface Failed {
  message?: string;
  graphQLErrors?: readonly { message: string; extensions?: Record<string, unknown> }[];
  networkError?: Error | undefined;
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** Reads an error of the API: code, message, detail, and hint. */
export function faultOf(error: Failed): Fault {
  const [first] = error.graphQLErrors ?? [];
  if (first === undefined) {
    const lost = error.networkError !== undefined;
    return {
      code: undefined,
      message: lost ? 'The server cannot be reached.' : (error.message ?? 'Something failed.'),
      detail: lost ? error.networkError?.message : undefined,
      hint: lost ? 'Check that pgwave up or pgwave serve is running.' : undefined,
    };
  }
  const isOld = /^Cannot query field|^Unknown (?:argument|type)/.test(first.message);
  return {
    code: text(first.extensions?.code),
    message: first.message,
    detail: text(first.extensions?.detail),
    hint: isOld
      ? 'This page is older or newer than the server. Reload it.'
      : text(first.extensions?.hint),
  };
}

/** A fault as text, to be copied. */
export function printFault({ code, message, detail, hint }: Fault): string {
  return [
    code === undefined ? message : `${code}: ${message}`,
    detail && `detail: ${detail}`,
    hint && `hint: ${hint}`,
  ]
    .filter(Boolean)
    .join('\n');
}
