import { Button, Select, Stack, Table, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import {
  DeployWorkflowDocument,
  PromoteWorkflowDocument,
  type WorkflowPageQuery,
} from '../../../../graphql/operations/operations.generated.ts';
import type { Fault } from '../../data/faults.ts';
import { act } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { Time } from '../../parts/Time.tsx';

type Workflow = NonNullable<WorkflowPageQuery['workflowByName']>;

const ENVIRONMENTS = ['dev', 'test', 'uat', 'prod'];

/** Which version runs where, and how it is changed. */
export function Deployments({ workflow, reload }: { workflow: Workflow; reload: () => void }) {
  const [fault, setFault] = useState<Fault>();
  const versions = present(workflow.workflowVersions.nodes).map(({ version }) => String(version));
  const deployed = present(workflow.workflowDeployments.nodes);
  const deploy = async (environment: string, version: string | null) => {
    if (version === null) return;
    const done = await act(DeployWorkflowDocument, {
      workflow: workflow.workflowName,
      version: Number(version),
      environment,
    });
    setFault(done.fault);
    reload();
  };
  const promote = async (from: string, to: string) => {
    const done = await act(PromoteWorkflowDocument, { workflow: workflow.workflowName, from, to });
    setFault(done.fault);
    reload();
  };
  return (
    <Stack gap="xs">
      <FaultNote fault={fault} title="That was refused" />
      <Table maw={720}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>environment</Table.Th>
            <Table.Th>version</Table.Th>
            <Table.Th>deployed</Table.Th>
            <Table.Th>
              <VisuallyHidden>promote</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {ENVIRONMENTS.map((environment, index) => {
            const next = ENVIRONMENTS[index + 1];
            const here = deployed.find((d) => d.environment === environment);
            return (
              <Table.Tr key={environment}>
                <Table.Td>{environment}</Table.Td>
                <Table.Td>
                  <Select
                    size="xs"
                    w={150}
                    aria-label={`Version in ${environment}`}
                    placeholder="the latest"
                    data={versions}
                    disabled={!workflow.mayAuthor}
                    value={here?.workflowVersion ? String(here.workflowVersion.version) : null}
                    onChange={(version) => deploy(environment, version)}
                  />
                </Table.Td>
                <Table.Td>
                  {here ? (
                    <>
                      <Time at={here.deployedAt} /> by {here.deployedBy}
                    </>
                  ) : (
                    '–'
                  )}
                </Table.Td>
                <Table.Td>
                  {here && next && (
                    <Button
                      size="compact-xs"
                      variant="default"
                      disabled={!workflow.mayAuthor}
                      onClick={() => promote(environment, next)}
                    >
                      Promote to {next}
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
      <Table maw={620}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>version</Table.Th>
            <Table.Th>by</Table.Th>
            <Table.Th>defined</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {present(workflow.workflowVersions.nodes).map((version) => (
            <Table.Tr key={version.version}>
              <Table.Td>{version.version}</Table.Td>
              <Table.Td>{version.author}</Table.Td>
              <Table.Td>
                <Time at={version.createdAt} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
