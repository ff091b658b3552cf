import { NodeGrafserv } from 'postgraphile/grafserv/node';
import { parseForPrograms } from '../../src/exact-json.ts';

/** Grafserv over node:http, with the numbers of variables as they were sent: an id beyond 2^53 stays that id. */
class ExactGrafserv extends NodeGrafserv {
  protected override getDigest(...given: Parameters<NodeGrafserv['getDigest']>) {
    const digest = super.getDigest(...given);
    return {
      ...digest,
      async getBody() {
        const body = await digest.getBody();
        const isJson = /^application\/json\b/.test(String(digest.headers['content-type']));
        return body.type === 'buffer' && isJson
          ? { type: 'json' as const, json: parseForPrograms(body.buffer.toString('utf8')) as never }
          : body;
      },
    };
  }
}

/** What `createServ` takes. */
export const exactGrafserv = (
  config: ConstructorParameters<typeof NodeGrafserv>[0],
): NodeGrafserv => new ExactGrafserv(config);
