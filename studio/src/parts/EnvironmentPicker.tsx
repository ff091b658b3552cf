import { NativeSelect } from '@mantine/core';
import { useUrl } from '../data/url.ts';

/** The environment of the URL, or any. */
export function EnvironmentPicker() {
  const [url, setUrl] = useUrl();
  return (
    <NativeSelect
      size="xs"
      aria-label="Environment"
      data={[{ value: '', label: 'Any environment' }, 'dev', 'test', 'uat', 'prod']}
      value={url.environment ?? ''}
      onChange={(event) => setUrl({ environment: event.currentTarget.value || undefined })}
    />
  );
}
