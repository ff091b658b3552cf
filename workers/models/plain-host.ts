/** A host for messages and the notebook: without user name and password. */
export function plainHost(host: string): string {
  return host.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/?#]*@/i, '$1');
}
