// SPDX-License-Identifier: Apache-2.0
// Runs of holdfast as lists show them: all that have not ended, and the newest of the others.
import { operationTypes } from '../../workflows/operations/index.ts';
import type { RunDescription, TemporalClient } from '../temporal/temporal-client.ts';

/** Newest first; `countMax` bounds what ended: a run that waits for a person is always in it. */
export async function openAndNewest(client: TemporalClient, countMax: number): Promise<RunDescription[]> {
  const open = await client.openRuns(operationTypes);
  const known = new Set(open.map(keyOf));
  // Some stores of Temporal list what is open first, others by the begin.
  const newest = await client.list(operationTypes, countMax + open.length);
  const others = newest.filter((run) => !known.has(keyOf(run))).slice(0, countMax);
  return [...open, ...others].sort((one, other) => other.startedAt.localeCompare(one.startedAt));
}

const keyOf = ({ id, runId }: RunDescription): string => `${id} ${runId}`;
