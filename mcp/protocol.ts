// What of the protocol's packages is used. The build makes them a part of this module: who installs pgwave installs none of them.
export { toNodeHandler } from '@modelcontextprotocol/node';
export { createMcpHandler, McpServer, ProtocolError } from '@modelcontextprotocol/server';
export { serveStdio } from '@modelcontextprotocol/server/stdio';
