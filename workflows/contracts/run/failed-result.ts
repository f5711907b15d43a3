// SPDX-License-Identifier: Apache-2.0
// Results that Temporal shows as failed activities: what their error says, and the result that it carries. Throws nothing.
import { isErrorCode, type ErrorCode, type StepFailure } from './errors.ts';
import type { Observed } from './observation.ts';
import type { StepContext } from './table.ts';

export interface ShownFailure {
  /** The type of the error in Temporal. */
  readonly type: ErrorCode | 'Differs';
  /** What failed and why, at most 2 KiB. */
  readonly message: string;
}

/** What is shown of a result of this context as failed; null for one that is an answer like any other. */
export function shownFailure(
  result: unknown,
  { failsUnless }: Pick<StepContext, 'failsUnless'>,
): ShownFailure | null {
  if (failsUnless === undefined || typeof result !== 'object' || result === null) return null;
  const { failure, outcome, verdict, result: measured } = result as Record<string, unknown>;
  const isFailed = outcome === 'failed' || verdict === 'failed' || measured === 'bad';
  // To wait for a person is no failure.
  if (isFailed && isFailure(failure) && failure.code !== 'NeedsOperator')
    return { type: failure.code, message: failureText(failure) };
  if (verdict !== 'differs' || failsUnless !== 'same') return null;
  return { type: 'Differs', message: differencesText(result as Observed) };
}

/** What and why in one text. */
export function failureText({ message, cause }: Pick<StepFailure, 'message' | 'cause'>): string {
  return cause === undefined || cause === message ? message : `${message}: ${cause}`;
}

/** Differences as the cause of a failure, at most 1000 characters. */
export function differencesText({ differences }: Observed): string {
  return differences
    .map((d) => `${d.what}: ${d.have}, wanted ${d.want}`)
    .join('; ')
    .slice(0, 1000);
}

/** What the details of such an error are. */
export interface CarriedResult {
  readonly result: unknown;
}

/** The result in the details of an error; undefined when they carry none. */
export function carriedResult(details: readonly unknown[] | null | undefined): unknown {
  const [first] = details ?? [];
  return typeof first === 'object' && first !== null ? (first as Partial<CarriedResult>).result : undefined;
}

function isFailure(value: unknown): value is StepFailure {
  return isErrorCode((value as Partial<StepFailure> | null | undefined)?.code);
}
