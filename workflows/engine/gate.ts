// SPDX-License-Identifier: Apache-2.0
// Whether a step may begin its change: asks people before what cannot be taken back. Starts nothing.
import { errorKinds, type StepFailure } from '../contracts/run/errors.ts';
import type { Approval } from '../contracts/run/progress.ts';
import type { Observed } from '../contracts/run/observation.ts';
import type { ResolveStep } from '../contracts/run/resolve-step.ts';
import type { StepState } from './table-state.ts';

/** Enough to decide by; the digest covers the rest. */
const shownDifferences = 20;

/**
 * Null when the step may begin: it has no gate, or enough people approved these very differences and their approvals still
 * hold. A change that began under an approval goes on under it whatever differs now, since half done is the worst of the three.
 */
export function closedGate(
  state: StepState,
  seen: Observed,
  now: number,
  requestedBy?: string,
): StepFailure | null {
  const { gate } = state.step;
  if (gate === undefined || state.isUnderApproval === true) return null;
  const given = state.approvals ?? [];
  const held = given.filter(({ until }) => Date.parse(until) >= now);
  const valid = held.filter(({ digest }) => digest === seen.digest);
  state.approvals = valid;
  if (valid.length >= wanted(gate)) {
    state.isUnderApproval = true;
    return null;
  }
  const { digest, count } = seen;
  state.asks = {
    why: gate.why,
    digest,
    count,
    differences: seen.differences.slice(0, shownDifferences),
    ...(wanted(gate) > 1 && { approvals: wanted(gate) }),
    ...(requestedBy !== undefined && { requestedBy }),
  };
  const lapsed = 'the approval lapsed before the change began';
  const changed = 'what differs changed since the approval';
  const cause = held.length < given.length ? lapsed : valid.length < held.length ? changed : undefined;
  return {
    code: 'NeedsApproval',
    message: `${state.step.title}: ${gate.why}`,
    on: state.step.id,
    ...(cause !== undefined && { cause }),
    hint: errorKinds.NeedsApproval.hint,
  };
}

/**
 * Notes the agreement, whose digest and actor were compared with what the step asks. True once as many people agreed as
 * have to: then the step is looked at again, which finds an approval that lapsed meanwhile. Who agrees twice counts once.
 */
export function approve(state: StepState, { digest = '', actor, reason }: ResolveStep, now: number): boolean {
  const { gate } = state.step;
  const until = now + (gate?.holdsSeconds ?? 0) * 1000;
  const approval: Approval = {
    digest,
    actor,
    reason,
    at: new Date(now).toISOString(),
    until: new Date(until).toISOString(),
  };
  const others = (state.approvals ?? []).filter((each) => each.actor !== actor && each.digest === digest);
  state.approval = approval;
  state.approvals = [...others, approval];
  return gate === undefined || state.approvals.length >= wanted(gate);
}

function wanted({ approvals = 1 }: NonNullable<StepState['step']['gate']>): number {
  return approvals;
}
