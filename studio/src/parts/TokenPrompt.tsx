import { Button, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useStore } from '../data/store.ts';
import { setToken, tokenStore } from '../data/token.ts';

/** Asks for a token where the server wants one; what was typed elsewhere stays. */
export default function TokenPrompt() {
  const { asked } = useStore(tokenStore);
  const [value, setValue] = useState('');
  return (
    <Modal
      opened={asked !== undefined}
      onClose={() => {}}
      withCloseButton={false}
      title="This server asks for a token"
      closeOnEscape={false}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setToken(value.trim().replace(/^bearer /i, ''));
          setValue('');
        }}
      >
        <Stack>
          <Text size="sm">{asked}</Text>
          <PasswordInput
            label="Token (JWT)"
            description="Kept in this tab until it is closed."
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
            data-autofocus
          />
          <Button type="submit" disabled={value.trim() === ''}>
            Use this token
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
