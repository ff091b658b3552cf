// For `pgwave worker --functions`: a task of an instance does nothing.
export const wfformat_task = (): Record<string, never> => ({});
