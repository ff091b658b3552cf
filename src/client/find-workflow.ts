import type { WorkflowRow } from '../database/rows.generated.ts';
import { PgwaveError } from '../errors.ts';
import type { Calls } from './connect.ts';

type Lists = Pick<Calls, 'listWorkflows'>;

/** The workflow that is given by name or number, as `start_workflow` takes it, also a deleted one. Raises PWNOF. */
export async function findWorkflow(calls: Lists, workflow: string): Promise<WorkflowRow> {
  const byName = await calls.listWorkflows({ where: { workflow_name: workflow } });
  const isNumber = byName.length === 0 && /^\d{1,15}$/.test(workflow);
  const [found] = isNumber
    ? await calls.listWorkflows({ where: { workflow_id: Number(workflow) } })
    : byName;
  if (found !== undefined) return found;
  throw await noWorkflow(calls, workflow);
}

/** PWNOF, with the workflows there are. */
export async function noWorkflow(calls: Lists, workflow: string): Promise<PgwaveError> {
  const workflows = await calls.listWorkflows({
    columns: ['workflow_name'],
    where: { deleted_at: null, part_of_workflow_id: null },
    orderBy: 'workflow_name',
    limit: 10,
  });
  const names = workflows.map(({ workflow_name }) => workflow_name);
  return new PgwaveError('PWNOF', `Workflow ${JSON.stringify(workflow)} not found`, {
    hint:
      names.length === 0
        ? 'Define one: pgwave apply FILE'
        : `Available workflows: ${names.join(', ')}.`,
  });
}
