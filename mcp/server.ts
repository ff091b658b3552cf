import { z } from 'zod';
import type { Client } from '../src/client/connect.ts';
import { describeOutage } from '../src/database/connection-errors.ts';
import { fromDatabaseError, isPgwaveError, PgwaveError } from '../src/errors.ts';
import { type Answer, answerError, countFitting, describeForAgent, readCursor } from './answer.ts';
import { McpServer, ProtocolError } from './protocol.ts';
import { type Call, DECIDE, ROLES, type Role, startWorkflow, TOOLS, type Tool } from './tools.ts';

export interface McpOptions {
  /** Of pgwave. */
  version: string;
  /** Whether agents may decide what waits for people. */
  allowDecide: boolean;
  /** Receives what goes wrong inside and is not told to the caller. */
  onError: (error: unknown) => void;
}

const INSTRUCTIONS = `pgwave runs workflows in PostgreSQL. list_workflows and describe_workflow show what there is; start_workflow starts a run; show_run shows where it stands, read_interaction and read_run its payloads. Long answers come in pages: pass next_cursor as cursor.`;

/** Seconds that a workflow's own tool waits for its run. */
const TOOL_WAIT_S = 45;
/** SQLSTATEs whose message is for the caller: a right that is missing, a value that is none of its type. */
const TOLD = /^(42501|22...)$/;

/** Of JSON-RPC: what failed is not the request. */
const INTERNAL_ERROR = -32603;

/** A tool as \`tools/list\` gives it. */
interface ListedTool {
  [field: string]: unknown;
  name: string;
  title?: string;
  description: string;
  inputSchema: { type: 'object'; [keyword: string]: unknown };
}

const schemas = new Map<Tool, ListedTool['inputSchema']>();

function inputSchemaOf(tool: Tool): ListedTool['inputSchema'] {
  const known = schemas.get(tool);
  if (known !== undefined) return known;
  const { $schema, ...schema } = z.toJSONSchema(tool.input, { io: 'input' });
  schemas.set(tool, schema as ListedTool['inputSchema']);
  return schema as ListedTool['inputSchema'];
}

function listTool(tool: Tool): ListedTool {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: inputSchemaOf(tool),
    annotations: {
      readOnlyHint: tool.kind === 'reads',
      destructiveHint: tool.kind === 'changes',
      openWorldHint: false,
    },
  };
}

/** A contract as a tool's input; what has other types than an object takes no arguments. */
function contractSchema(contract: unknown): ListedTool['inputSchema'] {
  const isObject = typeof contract === 'object' && contract !== null && !Array.isArray(contract);
  const { $schema, ...schema } = (isObject ? contract : {}) as Record<string, unknown>;
  return { ...schema, type: 'object' };
}

/** A contract that is no page of its own stays in describe_workflow. */
const MOST_CONTRACT_BYTES = 8000;

const isAtLeast = (role: Role, needed: Role): boolean =>
  ROLES.indexOf(role) >= ROLES.indexOf(needed);

/** What a caller is told of an error. What is not theirs is reported, and they get a code only. */
function errorFor(thrown: unknown, onError: (error: unknown) => void): PgwaveError {
  const outage = describeOutage(thrown);
  if (outage !== undefined) {
    return new PgwaveError('PWDBU', outage, { hint: 'Try again in a moment.', cause: thrown });
  }
  const error = fromDatabaseError(thrown);
  if (isPgwaveError(error)) return error;
  const { code = '', message } = error as Error & { code?: string };
  if (TOLD.test(code)) {
    const isRight = code === '42501';
    return new PgwaveError(isRight ? 'PWACC' : 'PWINP', message, {
      hint: isRight ? 'Ask for a token with a higher role.' : 'See the input schema of the tool.',
    });
  }
  onError(error);
  return new PgwaveError('PWBUG', 'Internal error', { hint: 'See the server log.' });
}

/** Holds arguments against a tool's schema. Raises PWINP. */
function readArguments(tool: Tool, given: unknown): never {
  const parsed = tool.input.safeParse(given ?? {});
  if (parsed.success) return parsed.data as never;
  const faults = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new PgwaveError('PWINP', `The arguments of ${tool.name} do not fit`, {
    detail: faults.join('\n'),
    hint: 'See the input schema of the tool.',
  });
}

/**
 * A server of the Model Context Protocol over a client of pgwave. Tools are listed by what the caller's role may do; what they
 * may do in fact, the database says at each call.
 */
export function createMcpServer(connect: () => Promise<Client>, options: McpOptions): McpServer {
  const { version, allowDecide, onError } = options;
  const tools = allowDecide ? [...TOOLS, DECIDE] : TOOLS;
  const mcp = new McpServer(
    { name: 'pgwave', title: 'pgwave', version },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  let connecting: Promise<Client> | undefined;
  const client = (): Promise<Client> => {
    connecting ??= connect();
    connecting.catch(() => {
      connecting = undefined;
    });
    return connecting;
  };

  async function listWorkflowTools(): Promise<ListedTool[]> {
    const rows = await (await client()).listTools();
    return rows.map((row) => {
      const name = row.tool_name as string;
      const schema = contractSchema(row.input);
      const isLarge = Buffer.byteLength(JSON.stringify(schema)) > MOST_CONTRACT_BYTES;
      const does = row.description ?? `Run the workflow ${row.workflow_name}.`;
      return {
        name,
        title: row.workflow_name as string,
        description: `${does.slice(0, 2000)}\nStarts the workflow ${row.workflow_name} and waits up to ${TOOL_WAIT_S} s for its output.${isLarge ? ' Its input contract is in describe_workflow.' : ''}`,
        inputSchema: isLarge ? { type: 'object' } : schema,
        annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: true },
      };
    });
  }

  async function callWorkflow(
    name: string,
    input: unknown,
    call: Call,
  ): Promise<Answer | undefined> {
    const found = (await call.client.listTools()).find(({ tool_name }) => tool_name === name);
    if (found === undefined) return undefined;
    const workflow = found.workflow_name as string;
    return startWorkflow({ workflow, input: input ?? {}, waitSeconds: TOOL_WAIT_S }, call);
  }

  const listTools = async (cursor: string | undefined) => {
    const start = readCursor(cursor);
    const role = (await (await client()).callerRole()) as Role;
    const listed = [
      ...tools.filter((tool) => isAtLeast(role, tool.role)).map(listTool),
      ...(isAtLeast(role, 'operator') ? await listWorkflowTools() : []),
    ].slice(start);
    const count = countFitting(listed, 0);
    return {
      tools: listed.slice(0, count),
      ...(count < listed.length && { nextCursor: String(start + count) }),
    };
  };

  mcp.server.setRequestHandler('tools/list', async ({ params }) => {
    try {
      return await listTools(params?.cursor);
    } catch (thrown) {
      const { message, ...data } = describeForAgent(errorFor(thrown, onError));
      throw new ProtocolError(INTERNAL_ERROR, message, data);
    }
  });

  mcp.server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) => {
    try {
      const call: Call = { client: await client(), signal: mcpReq.signal };
      const tool = tools.find(({ name }) => name === params.name);
      const answer =
        tool === undefined
          ? await callWorkflow(params.name, params.arguments, call)
          : await tool.call(readArguments(tool, params.arguments), call);
      if (answer !== undefined) return answer;
      throw new PgwaveError('PWNOF', `Tool ${JSON.stringify(params.name)} not found`, {
        hint: 'tools/list lists the tools that you may call.',
      });
    } catch (error) {
      // whoever went away is no fault
      return answerError(errorFor(error, mcpReq.signal.aborted ? () => {} : onError));
    }
  });

  return mcp;
}
