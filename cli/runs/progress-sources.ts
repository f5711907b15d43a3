// SPDX-License-Identifier: Apache-2.0
// Builds progress for runs that answer no query: from the memo, with what was seen before. Asks nothing.
import type { Phase, Progress, StepProgress, StepStatus } from '../../workflows/contracts/run/progress.ts';
import type { RunDescription } from '../temporal/temporal-client.ts';

/** Progress as the memo tells it; titles, tries and times are those of the last full look, where there was one. */
export function progressOfMemo(run: RunDescription, last: Progress | null): Progress | null {
  const { memo } = run;
  if (memo === undefined) return null;
  const { operation, subject } = namesOf(run.id);
  const known = new Map(last?.steps.map((step) => [step.id, step]));
  // Temporal keeps a memo's keys sorted; the last look has them in the table's order.
  const ids = last === null ? Object.keys(memo.steps) : last.steps.map((step) => step.id);
  return {
    operation,
    subject,
    phase: memo.phase as Phase,
    needsHuman: memo.phase === 'needs-operator',
    startedAt: run.startedAt,
    ...(run.closedAt !== undefined && { endedAt: run.closedAt }),
    steps: ids.map((id) => stepOfMemo(id, memo.steps[id] as StepStatus | undefined, known.get(id), run)),
    ...(memo.nextCommand !== undefined && { nextCommand: memo.nextCommand }),
    ...(memo.inputDigest !== undefined && { inputDigest: memo.inputDigest }),
  };
}

function stepOfMemo(
  id: string,
  status: StepStatus = 'pending',
  known: StepProgress | undefined,
  { memo }: RunDescription,
): StepProgress {
  const base: Omit<StepProgress, 'status'> = known ?? {
    id,
    title: '',
    occurrence: 0,
    tries: 0,
    skippable: false,
  };
  const isCurrent = memo?.step === id && memo.cause !== undefined;
  const failure = isCurrent
    ? { code: 'Rejected' as const, message: memo.cause ?? '', on: id, hint: memo.nextCommand ?? '' }
    : undefined;
  return { ...base, status, ...(failure !== undefined && base.failure === undefined && { failure }) };
}

/** `install-box/lab` is the operation install-box on the subject lab; `drift/lab/scheduled-2026…` one of a schedule. */
export function namesOf(id: string): { readonly operation: string; readonly subject: string } {
  const [operation = id, ...rest] = id.replace(/\/scheduled-[^/]*$/, '').split('/');
  return { operation, subject: rest.join('/') };
}
