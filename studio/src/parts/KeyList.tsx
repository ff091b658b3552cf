import { Kbd, Modal, Table } from '@mantine/core';

const KEYS: [string, string][] = [
  ['Ctrl K', 'Find a page, a workflow, a run, or an action'],
  ['/', 'Go to the search field of the page'],
  ['j, k', 'Next or previous line of a list'],
  ['Enter', 'Open the line'],
  ['?', 'Show these keys'],
];

/** What the keys do, on every page. */
export default function KeyList({
  pages,
  close,
}: {
  pages: readonly { key: string; label: string }[];
  close: () => void;
}) {
  const toPages = pages.map(({ key, label }) => [`g ${key}`, `Go to ${label}`] as const);
  return (
    <Modal opened onClose={close} title="Keys">
      <Table>
        <Table.Tbody>
          {[...KEYS, ...toPages].map(([key, text]) => (
            <Table.Tr key={key}>
              <Table.Td>
                <Kbd>{key}</Kbd>
              </Table.Td>
              <Table.Td>{text}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
