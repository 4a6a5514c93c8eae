/** What a run of `mentha` ends with; a contract with scripts and CI. */
export const exitCodes = {
  passed: 0,
  budgetMissed: 1,
  /** The audit log is not as it was sealed. */
  logBroken: 1,
  badUsage: 2,
  notDone: 3,
  /** 128 + SIGINT, as shells count. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
