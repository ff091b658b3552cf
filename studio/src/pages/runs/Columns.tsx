import { Button, Checkbox, Popover, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Columns3 } from 'lucide-react';
import { useEffect } from 'react';
import { dropDraft, readDraft, writeDraft } from '../../data/drafts.ts';
import { useUrl } from '../../data/url.ts';
import {
  ALL_COLUMNS,
  columnOf,
  DEFAULT_COLUMNS,
  type RunColumn,
} from '../../parts/run-columns.tsx';

const KEPT = 'runs-columns';

/** Those of a text that there are, in the order of the list. */
const read = (text: string): RunColumn[] => {
  const names = text.split(',');
  return ALL_COLUMNS.filter((column) => names.includes(column));
};

/** The columns that the URL names. What was chosen last in this browser is put there, so that a link shows the same. */
export function useColumns(): [readonly RunColumn[], (columns: readonly RunColumn[]) => void] {
  const [url, setUrl] = useUrl();
  const { columns } = url;
  useEffect(() => {
    const kept = readDraft<string>(KEPT);
    if (columns === undefined && kept !== undefined) setUrl({ columns: kept }, { replace: true });
  }, [columns, setUrl]);
  const choose = (next: readonly RunColumn[]) => {
    const text = ALL_COLUMNS.filter((column) => next.includes(column)).join(',');
    const isDefault = text === DEFAULT_COLUMNS.join(',');
    if (isDefault) dropDraft(KEPT);
    else writeDraft(KEPT, text || 'none');
    setUrl({ columns: isDefault ? undefined : text || 'none' }, { replace: true });
  };
  return [columns === undefined ? DEFAULT_COLUMNS : read(columns), choose];
}

/** Which columns the list has. */
export function ColumnsButton() {
  const [columns, choose] = useColumns();
  const [isOpen, popover] = useDisclosure(false);
  return (
    <Popover opened={isOpen} onChange={popover.toggle} position="bottom-end" withArrow trapFocus>
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<Columns3 size={14} aria-hidden />}
          onClick={popover.toggle}
        >
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap={8}>
          <Checkbox.Group
            aria-label="Columns"
            value={[...columns]}
            onChange={(names) => choose(names as RunColumn[])}
          >
            <Stack gap={6}>
              {ALL_COLUMNS.map((column) => (
                <Checkbox key={column} size="xs" value={column} label={columnOf(column).name} />
              ))}
            </Stack>
          </Checkbox.Group>
          <Button size="compact-xs" variant="default" onClick={() => choose(DEFAULT_COLUMNS)}>
            Reset
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
