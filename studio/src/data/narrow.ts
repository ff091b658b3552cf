import { useMediaQuery } from '@mantine/hooks';

/** Whether the window is that of a phone. The style sheet has the same width. */
export const useIsNarrow = (): boolean =>
  useMediaQuery('(max-width: 760px)', undefined, { getInitialValueInEffect: false }) === true;
