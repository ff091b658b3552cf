import { it } from 'vitest';
import { randomBytes } from 'node:crypto';
import { useDriver } from './driver.ts';
const driver = useDriver();
it('measures', { timeout: 3000000 }, async () => {
  const d = driver();
  for (const actor of [
    { name: 'program', type: 'script', command: ['a.ts'], scripts: 's' },
    { name: 'query', type: 'sql', statement: 'select 1 as one' },
    { name: 'service', type: 'http', url: 'https://example.com' },
  ]) await d.db.query('select pgwave.define_actor($1)', [JSON.stringify(actor)]);
  await d.db.query('update pgwave.workers set slots = $1', [JSON.stringify({ model: 100, script: 100, function: 100, sql: 100, http: 100, system: 10 })]);
  const cpu = async () => Number((await d.worker.client.query(`select split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::bigint as t`)).rows[0].t) / 1e6;
  const N = 60;
  const kinds: Record<string, any> = {
    function: { actor: 'noop' }, 'function reads': { actor: 'noop', params: { q: '$input.q', t: 'x {{ input.q }}' } },
    script: { actor: 'program', params: { q: '$input.q' } }, sql: { actor: 'query', params: { q: '$input.q' } }, http: { actor: 'service', params: { q: '$input.q' } },
    model: { actor: 'model', prompt: 'Say {{ input.q }}.' },
    condition: { actor: 'noop', cond: true },
    looped: { actor: 'noop', loop: true },
    block: { block: true },
  };
  const only = process.env.KINDS?.split(',');
  for (const [kind, body] of Object.entries(kinds)) for (const shape of ['chain', 'map']) {
    if (only && !only.includes(kind)) continue;
    if (shape === 'map' && (body.cond || body.loop)) continue;
    const step = (name: string, more: any = {}) => { const { cond, loop, block, ...rest } = body; return [name, { ...rest, ...(block ? { type: 'workflow', block: { steps: [{ name: 'inner', actor: 'noop', params: { q: '$input.q' } }] } } : {}), ...more }]; };
    const flow = await d.define(Object.fromEntries(
      shape === 'map' ? [step('each', { for_each: '$input.items', ...(body.params ? { params: { ...body.params, i: '$item' } } : {}) })]
      : body.loop ? [step('again', { branches: [{ when: '$iteration < 59', to: 'again', loop: 100 }] })]
      : Array.from({ length: N }, (_, n) => step(`s${n}`, n + 1 < N ? { branches: [body.cond ? { when: '$input.q == "a"', to: `s${n + 1}` } : `s${n + 1}`] } : {}))) as any);
    const row: string[] = [];
    for (const size of [0, 0, 10_000, 100_000, 1_000_000]) {
      const input = { q: 'a', items: Array.from({ length: N }, (_, n) => n), blob: randomBytes(size / 2).toString('hex') };
      const s = await cpu();
      await d.db.query('select 1');
      const run = await d.start(flow, { input });
      const from = await cpu(); let bytes = 0; let n = 0;
      for (;;) {
        const work = await d.begin(1); bytes += JSON.stringify(work).length;
        if (work.length === 0) break;
        await d.complete([[work[0], { response: 'x', data: { n: 1 } }]]); n++;
      }
      row.push(`${((await cpu() - from) / n).toFixed(2)}ms/${Math.round(bytes / n)}B`);
      if ((await d.run(run)).status !== 'completed') row.push((await d.run(run)).status);
    }
    console.log(kind.padEnd(15), shape.padEnd(6), row.join('  '));
  }
});
