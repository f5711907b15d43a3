// SPDX-License-Identifier: Apache-2.0
// An error as a person in front of a station reads it: what failed, the cause, what to do next.
import { errorEvent } from '../embedded/supervise-events.ts';

export function errorLines(error: unknown): string[] {
  const { message, cause, hint } = errorEvent(error);
  return [message, ...(cause === undefined ? [] : [`  cause: ${cause}`]), `  next: ${hint}`];
}
