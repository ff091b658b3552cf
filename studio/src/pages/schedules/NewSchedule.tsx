import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { CreateScheduleDocument } from '../../../../graphql/operations/operations.generated.ts';
import { cronWords } from '../../data/cron.ts';
import { dropDraft, readDraft, writeDraft } from '../../data/drafts.ts';
import type { Fault } from '../../data/faults.ts';
import { act } from '../../data/live.ts';
import { literal, mutation, shell } from '../../data/statements.ts';
import { CopyAs } from '../../parts/CopyAs.tsx';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { JsonInput, parseJson } from '../../parts/JsonInput.tsx';
import { Part, Times } from './Times.tsx';

const KEY = 'schedule:new';
const BLANK = { name: '', workflow: '', cron: '0 6 * * *', zone: 'UTC', input: '{}', env: 'dev' };

/** A form for a schedule; what was typed stays in the browser until it is created. */
export function NewSchedule({ close, reload }: { close: () => void; reload: () => void }) {
  const [draft, setDraft] = useState(() => readDraft<typeof BLANK>(KEY) ?? BLANK);
  const [fault, setFault] = useState<Fault>();
  const [isBusy, setBusy] = useState(false);
  const edit = (change: Partial<typeof BLANK>) => {
    const next = { ...draft, ...change };
    setDraft(next);
    writeDraft(KEY, next);
  };
  const { value, error } = parseJson(draft.input);
  const create = async () => {
    setBusy(true);
    const done = await act(CreateScheduleDocument, {
      scheduleName: draft.name,
      cron: draft.cron,
      timeZone: draft.zone,
      workflow: draft.workflow,
      input: value ?? {},
      environment: draft.env,
    });
    setBusy(false);
    setFault(done.fault);
    if (done.fault) return;
    dropDraft(KEY);
    reload();
    close();
  };
  return (
    <Modal opened onClose={close} title="New schedule">
      <Stack gap="sm">
        <TextInput
          label="Name"
          value={draft.name}
          onChange={(event) => edit({ name: event.currentTarget.value })}
          data-autofocus
        />
        <TextInput
          label="Workflow"
          value={draft.workflow}
          onChange={(event) => edit({ workflow: event.currentTarget.value })}
        />
        <Group grow align="start">
          <TextInput
            label="When (cron)"
            description={cronWords(draft.cron)}
            value={draft.cron}
            onChange={(event) => edit({ cron: event.currentTarget.value })}
          />
          <Select
            label="Time zone"
            description="IANA name"
            searchable
            limit={30}
            data={['UTC', ...Intl.supportedValuesOf('timeZone')]}
            allowDeselect={false}
            value={draft.zone}
            onChange={(zone) => edit({ zone: zone ?? 'UTC' })}
          />
        </Group>
        <Part title="It would start at">
          <Times cron={draft.cron} zone={draft.zone} />
        </Part>
        <Select
          label="Environment"
          data={['dev', 'test', 'uat', 'prod']}
          allowDeselect={false}
          value={draft.env}
          onChange={(env) => edit({ env: env ?? 'dev' })}
        />
        <JsonInput
          schema={null}
          text={draft.input}
          change={(input) => edit({ input })}
          label="Input (JSON)"
        />
        <FaultNote fault={fault} title="That was refused" />
        <Group justify="space-between">
          <CopyAs
            as={{
              SQL: `select pgwave.create_schedule(${literal(draft.name)}, ${literal(draft.cron)}, ${literal(draft.workflow)}, time_zone => ${literal(draft.zone)}, input => ${literal(value ?? {})}, environment => ${literal(draft.env)});`,
              GraphQL: mutation('createSchedule', {
                scheduleName: draft.name,
                cron: draft.cron,
                workflow: draft.workflow,
                timeZone: draft.zone,
                input: value ?? {},
                environment: draft.env,
              }),
              CLI: `pgwave schedule create ${shell(draft.name)} ${shell(draft.cron)} ${shell(draft.workflow)} --time-zone ${shell(draft.zone)} --input ${shell(value ?? {})} --environment ${draft.env}`,
            }}
          />
          <Button onClick={create} loading={isBusy} disabled={error !== undefined}>
            Create
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
