import type pg from 'pg';

/** Defines `bench-chain`: so many steps, one after the other, of a function `noop`. */
export async function defineChain(db: pg.Client, steps: number): Promise<void> {
  await db.query('select pgwave.define_actor($1)', [{ name: 'noop', type: 'function' }]);
  await db.query('select pgwave.define_workflow($1)', [
    {
      name: 'bench-chain',
      conversations: Array.from({ length: steps }, (_, i) => ({
        name: `step_${i + 1}`,
        actor: 'noop',
        ...(i + 1 < steps ? { branches: [`step_${i + 2}`] } : {}),
      })),
    },
  ]);
}
