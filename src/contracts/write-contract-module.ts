import type { ContractSet } from './read-contract-files.ts';
import { HELPERS, type Helper, keyOf, writeZod } from './write-zod.ts';

/** Writes contracts as a TypeScript module that exports them as zod schemas, which pushed again change nothing. */
export function writeContractModule(contracts: ContractSet): string {
  const helpers = new Set<Helper>();
  const schema = (value: unknown): string => {
    const written = writeZod(value);
    for (const helper of written.helpers) helpers.add(helper);
    return written.code;
  };
  const members = (entries: [string, string][]): string =>
    `{\n${entries.map(([name, code]) => `  ${keyOf(name)}: ${code.replaceAll('\n', '\n  ')},`).join('\n')}\n}`;

  const workflows = Object.entries(contracts).map(
    ([workflow, { input, output, conversations }]) => {
      const parts: [string, string][] = [];
      if (input !== undefined) parts.push(['input', schema(input)]);
      if (output !== undefined) parts.push(['output', schema(output)]);
      const own = Object.entries(conversations ?? {});
      if (own.length > 0) {
        parts.push(['conversations', members(own.map(([name, value]) => [name, schema(value)]))]);
      }
      return [workflow, members(parts)] as [string, string];
    },
  );
  const head = [
    '// Written by `pgwave contracts pull`. To change a contract, change it here and push it.',
    "import { z } from 'zod';",
    ...[...helpers].sort().map((helper) => `\n${HELPERS[helper]}`),
  ];
  return `${head.join('\n')}\n\nexport const contracts = ${members(workflows)};\n`;
}
