import { Button, Group, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import {
  GrantWorkflowDocument,
  RevokeWorkflowDocument,
  type WorkflowPageQuery,
} from '../../../graphql/operations/operations.generated.ts';
import type { Fault } from '../data/faults.ts';
import { act } from '../data/live.ts';
import { present } from '../data/present.ts';
import { graphqlValue, literal, mutation, shell } from '../data/statements.ts';
import { CopyAs } from '../parts/CopyAs.tsx';
import { FaultNote } from '../parts/FaultNote.tsx';
import { Time } from '../parts/Time.tsx';

const PERMISSIONS = [
  { value: 'view', label: 'view: see it and its runs' },
  { value: 'operate', label: 'operate: start it, and steer its runs' },
  { value: 'author', label: 'author: change it' },
];

/** Grants a permission, or takes it back. */
const statementsOf = (
  what: 'grant' | 'revoke',
  workflow: string,
  grantee: string,
  permission: string,
) => ({
  SQL: `select pgwave.${what}_workflow(${literal(workflow)}, ${literal(grantee)}, ${literal(permission)});`,
  GraphQL: mutation(`${what}Workflow`, { workflow, grantee, permission }),
  CLI: `pgwave grant ${shell(workflow)} ${shell(grantee)} ${permission}${what === 'revoke' ? ' --revoke' : ''}`,
});

/** Who may do what with a workflow; the database says whether the caller may change that. */
export default function Sharing({
  workflow,
  reload,
}: {
  workflow: NonNullable<WorkflowPageQuery['workflowByName']>;
  reload: () => void;
}) {
  const [grantee, setGrantee] = useState('');
  const [permission, setPermission] = useState('view');
  const [fault, setFault] = useState<Fault>();
  const name = workflow.workflowName;
  const grants = present(workflow.workflowPermissions.nodes);
  const change = async (work: Promise<{ fault?: Fault }>) => {
    const done = await work;
    setFault(done.fault);
    if (!done.fault) setGrantee('');
    reload();
  };
  return (
    <Stack gap="sm">
      <Text size="sm">
        It is owned by {workflow.owner}, and {workflow.visibility}:{' '}
        {workflow.visibility === 'public'
          ? 'everybody sees it and its public runs.'
          : 'only its owner, those below, and administrators see it.'}
      </Text>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void change(
            act(GrantWorkflowDocument, { workflow: name, grantee: grantee.trim(), permission }),
          );
        }}
      >
        <Group gap="xs" align="end">
          <TextInput
            size="xs"
            label="To whom"
            placeholder="User name, or public"
            w={220}
            value={grantee}
            disabled={!workflow.mayAuthor}
            onChange={(event) => setGrantee(event.currentTarget.value)}
          />
          <Select
            size="xs"
            label="What"
            w={260}
            allowDeselect={false}
            data={PERMISSIONS}
            value={permission}
            disabled={!workflow.mayAuthor}
            onChange={(value) => setPermission(value ?? 'view')}
          />
          <Button
            size="xs"
            type="submit"
            disabled={!workflow.mayAuthor || grantee.trim() === ''}
            aria-label="Grant the permission"
          >
            Grant
          </Button>
          <CopyAs
            as={{
              SQL: `select grantee, permission, granted_by, granted_at from pgwave.workflow_permissions p join pgwave.workflows w using (workflow_id) where w.workflow_name = ${literal(name)};`,
              GraphQL: `{ workflowByName(workflowName: ${graphqlValue(name)}) { workflowPermissions { nodes { grantee permission } } } }`,
            }}
            actions={{
              Grant: statementsOf('grant', name, grantee.trim() || 'ada', permission),
              ...Object.fromEntries(
                grants.map((grant) => [
                  `Revoke ${grant.permission} of ${grant.grantee}`,
                  statementsOf('revoke', name, grant.grantee, grant.permission),
                ]),
              ),
            }}
          />
        </Group>
      </form>
      <FaultNote fault={fault} title="That was refused" />
      {grants.length === 0 ? (
        <Text size="sm">No permissions are granted.</Text>
      ) : (
        <div className="panel scroll">
          <Table fz="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>who</Table.Th>
                <Table.Th>what</Table.Th>
                <Table.Th>granted</Table.Th>
                <Table.Th aria-label="actions" />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {grants.map((grant) => (
                <Table.Tr key={`${grant.grantee}/${grant.permission}`}>
                  <Table.Td className="isolate">{grant.grantee}</Table.Td>
                  <Table.Td>{grant.permission}</Table.Td>
                  <Table.Td>
                    <Time at={grant.grantedAt} /> by {grant.grantedBy}
                  </Table.Td>
                  <Table.Td>
                    <Button
                      size="compact-xs"
                      variant="default"
                      disabled={!workflow.mayAuthor}
                      aria-label={`Revoke ${grant.permission} of ${grant.grantee}`}
                      onClick={() =>
                        change(
                          act(RevokeWorkflowDocument, {
                            workflow: name,
                            grantee: grant.grantee,
                            permission: grant.permission,
                          }),
                        )
                      }
                    >
                      Revoke
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </Stack>
  );
}
