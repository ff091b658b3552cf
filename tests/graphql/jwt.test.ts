import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Server } from '../../graphql/server/server.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { defineChain, post, SECRET, serve, token, wsClient } from '../helpers/graphql.ts';

let db: TestDatabase;
let server: Server;

beforeAll(async () => {
  db = await createTestDatabase();
  await defineChain(db, 'chain', 1);
  await db.query("select pgwave.grant_workflow('chain', 'public', 'operate')");
  server = await serve(db);
});

afterAll(async () => {
  await server?.stop();
  await db?.close();
});

const WHO = '{ currentIdentity }';
const START = 'mutation { startWorkflow(input: { workflow: "chain" }) { result { operator } } }';

/** Who a token makes of its bearer; the code of the error where it is refused. */
async function who(bearer: string | undefined, on = server): Promise<unknown> {
  const { data, errors, status } = await post(on, WHO, {}, bearer);
  if (errors === undefined) return data.currentIdentity;
  expect(status).toBe(401);
  return errors[0]?.extensions?.code;
}

describe('a token', () => {
  test('says who asks and in which role', async () => {
    expect(await who(await token({ sub: 'ada' }))).toBe('ada');
    const operator = await token({ sub: 'ben', role: 'operator' });
    expect((await post(server, START, {}, operator)).data.startWorkflow.result.operator).toBe(
      'ben',
    );
  });

  test('without a role only reads', async () => {
    const { errors } = await post(server, START, {}, await token({ sub: 'ada' }));
    expect(errors).toMatchObject([
      { extensions: { code: expect.stringMatching(/^(42501|PWACC)$/) } },
    ]);
  });

  const seconds = () => Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  test.each<[string, () => Promise<string> | string]>([
    [
      'alg none',
      () => new UnsecuredJWT({ sub: 'ada', role: 'admin' }).setExpirationTime('5m').encode(),
    ],
    [
      'alg none with a signature',
      async () =>
        `${part({ alg: 'none' })}.${(await token({ sub: 'ada' })).split('.').slice(1).join('.')}`,
    ],
    ['another secret', () => token({ sub: 'ada' }, { secret: 'x'.repeat(40) })],
    ['a secret that is empty', () => token({ sub: 'ada' }, { secret: ' ' })],
    ['expired', () => token({ sub: 'ada' }, { expires: seconds() - 60 })],
    [
      'no end',
      () =>
        new SignJWT({ sub: 'ada' })
          .setProtectedHeader({ alg: 'HS256' })
          .sign(new TextEncoder().encode(SECRET)),
    ],
    [
      'another algorithm of the same family',
      () =>
        new SignJWT({ sub: 'ada' })
          .setProtectedHeader({ alg: 'HS512' })
          .setExpirationTime('5m')
          .sign(new TextEncoder().encode(SECRET)),
    ],
    ['no subject', () => token({ role: 'admin' })],
    ['the subject of those without a token', () => token({ sub: 'anonymous' })],
    ['the subject that is everybody', () => token({ sub: 'public' })],
    ['the subject that owns what is built in', () => token({ sub: 'pgwave' })],
    ['the login of a program', () => token({ sub: 'pgwave_script', role: 'operator' })],
    [
      'the user of the database',
      async () => {
        const [row] = await db.query<{ name: string }>('select session_user::text as name');
        return token({ sub: row?.name, role: 'author' });
      },
    ],
    ['a subject with a control character', () => token({ sub: 'ada\u0000' })],
    ['an unknown role', () => token({ sub: 'ada', role: 'owner' })],
    ['a role of the database', () => token({ sub: 'ada', role: 'pgwave_admin' })],
    ['a list of roles', () => token({ sub: 'ada', role: ['admin'] })],
    [
      "another's claims",
      async () => {
        const [header, , signature] = (await token({ sub: 'ada', role: 'viewer' })).split('.');
        return `${header}.${part({ sub: 'ben', role: 'admin', exp: seconds() + 300 })}.${signature}`;
      },
    ],
    ['no token at all', () => 'admin'],
  ])('is refused: %s', async (_, make) => {
    expect(await who(await make())).toBe('PWJWT');
  });

  test('is needed', async () => {
    expect(await who(undefined)).toBe('PWJWT');
  });

  test('cannot be joined by claims of the request', async () => {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await token({ sub: 'ada' })}`,
        'x-role': 'admin',
        role: 'pgwave_admin',
        'pgwave.identity': 'ben',
      },
      body: JSON.stringify({ query: WHO, extensions: { pgSettings: { role: 'pgwave_admin' } } }),
    });
    expect(await response.json()).toEqual({ data: { currentIdentity: 'ada' } });
  });

  test('of one request does not stay on the connection for the next', async () => {
    const bearers = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        token({ sub: `user${i % 8}`, role: i % 2 ? 'viewer' : 'admin' }),
      ),
    );
    const names = await Promise.all(bearers.map((bearer) => who(bearer)));
    expect(names).toEqual(bearers.map((_, i) => `user${i % 8}`));
  });
});

describe('over a WebSocket', () => {
  const ask = (bearer: string | undefined, query = WHO) =>
    new Promise((resolve, reject) => {
      const client = wsClient(server, bearer);
      client.on('closed', (event) => reject(event));
      client.subscribe(
        { query },
        {
          next: (result) => {
            resolve(result);
            void client.dispose();
          },
          error: reject,
          complete: () => {},
        },
      );
    });

  test('the token comes as the parameter authorization', async () => {
    expect(await ask(await token({ sub: 'ada' }))).toEqual({ data: { currentIdentity: 'ada' } });
  });

  test('without one, or with one that is refused, the connection is closed', async () => {
    await expect(ask(undefined)).rejects.toMatchObject({ code: 4403 });
    await expect(
      ask(await token({ sub: 'ada' }, { secret: 'x'.repeat(40) })),
    ).rejects.toMatchObject({
      code: 4403,
    });
  });

  test('it lasts as long as the token', async () => {
    const client = wsClient(
      server,
      // the server allows five seconds for clocks that differ
      await token({ sub: 'ada' }, { expires: Math.floor(Date.now() / 1000) - 3 }),
    );
    const closed = new Promise((resolve) => client.on('closed', resolve));
    client.subscribe(
      { query: 'subscription { inboxUpdated { entries { interactionId } } }' },
      { next: () => {}, error: () => {}, complete: () => {} },
    );
    expect(await closed).toMatchObject({ code: 4403 });
    await client.dispose();
  });
});

test('tokens of published keys: the right key, and never the key as a secret', async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' };
  const keys = http.createServer((_request, response) =>
    response.end(JSON.stringify({ keys: [jwk] })),
  );
  await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
  const { port } = keys.address() as AddressInfo;
  const served = await serve(db, {
    env: {
      PGWAVE_JWKS_URL: `http://127.0.0.1:${port}/`,
      PGWAVE_JWT_ISSUER: 'us',
      PGWAVE_JWT_AUDIENCE: 'pgwave',
    },
  });
  try {
    const sign = (issuer: string, audience: string, key = privateKey) =>
      new SignJWT({ sub: 'ada' })
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setExpirationTime('5m')
        .sign(key);
    expect(await who(await sign('us', 'pgwave'), served)).toBe('ada');
    expect(await who(await sign('them', 'pgwave'), served)).toBe('PWJWT');
    expect(await who(await sign('us', 'another'), served)).toBe('PWJWT');
    const another = await generateKeyPair('RS256');
    expect(await who(await sign('us', 'pgwave', another.privateKey), served)).toBe('PWJWT');
    expect(
      await who(
        await token({ sub: 'ada', iss: 'us', aud: 'pgwave' }, { secret: jwk.n as string }),
        served,
      ),
    ).toBe('PWJWT');
  } finally {
    await served.stop();
    keys.close();
  }
});

describe('without tokens', () => {
  test('only this machine is served, as the user of the database', async () => {
    const served = await serve(db, { env: {} });
    try {
      expect(served.takesTokens).toBe(false);
      const [row] = await db.query<{ name: string }>('select session_user::text as name');
      expect(await who(undefined, served)).toBe(row?.name);
      expect((await post(served, START)).errors).toBeUndefined();
    } finally {
      await served.stop();
    }
    await expect(serve(db, { env: {}, host: '0.0.0.0' })).rejects.toMatchObject({ code: 'PWSRV' });
  });

  test('the anonymous are let in only where that is asked for, and read', async () => {
    const served = await serve(db, { allowsAnonymous: true });
    try {
      expect(await who(undefined, served)).toBe('anonymous');
      expect((await post(served, START)).errors).toBeDefined();
      expect(await who('nonsense', served)).toBe('PWJWT');
    } finally {
      await served.stop();
    }
  });

  test.each([
    [{ PGWAVE_JWT_SECRET: 'short' }],
    [{ PGWAVE_JWKS_URL: 'file:///etc/passwd' }],
    [{ PGWAVE_JWT_SECRET: SECRET, PGWAVE_JWKS_URL: 'https://example.com/keys' }],
  ])('settings that cannot be are refused: %j', async (env) => {
    await expect(serve(db, { env })).rejects.toMatchObject({ code: 'PWENV' });
  });
});
