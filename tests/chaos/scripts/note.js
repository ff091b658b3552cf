// A side effect, once for each interaction however often this runs: the row, and the count that goes with it.
import pg from 'pg';

let text = '';
for await (const chunk of process.stdin) text += chunk;
const { interaction_id } = JSON.parse(text);
const client = new pg.Client({ connectionString: process.env.PGWAVE_SCRIPT_URL });
client.on('error', () => {});
await client.connect();
await client.query(
  `with noted as (
     insert into chaos.side_effects (interaction_id) values ($1) on conflict do nothing returning interaction_id
   )
   update chaos.effects_counted set effects = effects + 1 where exists (select from noted)`,
  [interaction_id],
);
await client.end();
console.log(JSON.stringify({ status: 'success', data: { noted: interaction_id } }));
