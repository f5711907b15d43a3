// SPDX-License-Identifier: Apache-2.0
// Names that travel on the wire between clients, workflows and workers.

export const taskQueue = 'holdfast-control';

/** Registered at worker start; NeedsHuman is a Bool, the others are Keywords. Subject is `<kind>/<name>`. */
export const searchAttributes = {
  cloud: 'Cloud',
  subject: 'Subject',
  operation: 'Operation',
  phase: 'Phase',
  needsHuman: 'NeedsHuman',
} as const;

/** Of a canary's run: Keyword, Keyword, Double. */
export const canaryAttributes = {
  result: 'CanaryResult',
  failedPhase: 'CanaryFailedPhase',
  seconds: 'CanarySeconds',
} as const;

export const updates = { resolveStep: 'resolveStep' } as const;
export const queries = { progress: 'progress' } as const;

/** What a run keeps in its memo, so that it can be read without a worker. */
export interface RunMemo {
  readonly phase: string;
  readonly steps: Readonly<Record<string, string>>;
  readonly step?: string;
  readonly cause?: string;
  readonly nextCommand?: string;
  readonly inputDigest?: string;
}
export const memoKey = 'holdfast';

/** What the first activity of every run that changes or measures answers. */
export interface Compiled {
  readonly table: import('./table.ts').CompiledTable;
  /** 16 hex digits of chance; names the run's durable commands. */
  readonly nonce: string;
}

/** Id of the one activity of a run that only looks. */
export const reportActivityId = 'report/1';

/** What that activity answers. */
export interface Reported {
  /** Without its steps, which would be the most of the run's history. */
  readonly table: Omit<import('./table.ts').CompiledTable, 'steps'>;
  readonly report: import('./progress.ts').Report;
}
