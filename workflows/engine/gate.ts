// SPDX-License-Identifier: Apache-2.0
// Whether a row may begin its change: asks a person before what cannot be taken back. Starts nothing.
import { errorKinds, type RowFailure } from '../contracts/run/errors.ts';
import type { Observed } from '../contracts/run/observation.ts';
import type { ResolveStep } from '../contracts/run/resolve-step.ts';
import type { RowState } from './table-state.ts';

/** Enough to decide by; the digest covers the rest. */
const shownDifferences = 20;

/**
 * Null when the row may begin: it has no gate, or a person approved these very differences and the approval still holds.
 * A change that began under an approval goes on under it whatever differs now, since half done is the worst of the three.
 */
export function closedGate(state: RowState, seen: Observed, now: number): RowFailure | null {
  const { gate } = state.row;
  if (gate === undefined || state.isUnderApproval === true) return null;
  const { approval } = state;
  const lapsed = approval === undefined ? false : Date.parse(approval.until) < now;
  if (approval?.digest === seen.digest && !lapsed) {
    state.isUnderApproval = true;
    return null;
  }
  const { digest, count } = seen;
  state.asks = { why: gate.why, digest, count, differences: seen.differences.slice(0, shownDifferences) };
  return {
    code: 'NeedsApproval',
    message: `${state.row.title}: ${gate.why}`,
    on: state.row.id,
    ...(approval !== undefined && {
      cause: lapsed
        ? 'the approval lapsed before the change began'
        : 'what differs changed since the approval',
    }),
    hint: errorKinds.NeedsApproval.hint,
  };
}

/** Notes the agreement, whose digest was compared with what the row asks. */
export function approve(state: RowState, { digest = '', actor, reason }: ResolveStep, now: number): void {
  const until = now + (state.row.gate?.holdsSeconds ?? 0) * 1000;
  state.approval = {
    digest,
    actor,
    reason,
    at: new Date(now).toISOString(),
    until: new Date(until).toISOString(),
  };
}
