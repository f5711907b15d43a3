// SPDX-License-Identifier: Apache-2.0
// The spec that a run works by, and how it differs from that of the run before. Reads records; shows no secret.
import { join } from 'node:path';
import { wantedMirrorFile } from '../../workflows/contracts/mirror/mirror-spec.ts';
import { wantedSpecFile, type WantedSpec } from '../../workflows/contracts/box/wanted-spec.ts';
import { jsonOrNull } from '../../workflows/contracts/run/json.ts';
import { operationOfType } from '../../workflows/operations/index.ts';
import type { CommandContext } from '../command.ts';
import type { RunDescription, TemporalClient } from '../temporal/temporal-client.ts';
import { leavesOf, withoutSecrets } from './shown-spec.ts';

export interface SpecDifference {
  /** Of the key: `networks.management.cidr`. */
  readonly path: string;
  /** As JSON; null: it was not there. */
  readonly before: string | null;
  /** As JSON; null: it is not there any more. */
  readonly now: string | null;
}

export interface ReportedSpec {
  /** Without secrets. Null: its record cannot be read. */
  readonly spec: unknown;
  /** The newest run of the same id that began before; null: none is kept, or its record cannot be read. */
  readonly before: { readonly runId: string; readonly startedAt: string } | null;
  readonly differences: readonly SpecDifference[];
}

/** How many runs of one id are looked through for the one before. */
const runsMax = 200;

/** Null for a run that works by no recorded spec. @throws TemporalUnreachable */
export async function specOfRun(
  context: CommandContext,
  client: TemporalClient,
  run: RunDescription,
): Promise<ReportedSpec | null> {
  const wanted = wantedIn(await client.inputOf(run.id, run.runId));
  if (wanted === null) return null;
  const spec = await recordOf(context, run, wanted);
  const none = { spec: spec === null ? null : withoutSecrets(spec), before: null, differences: [] };
  const [before] = (await client.runsOf(run.id, runsMax))
    .filter(({ startedAt }) => startedAt < run.startedAt)
    .sort((one, other) => other.startedAt.localeCompare(one.startedAt));
  const wantedBefore = before === undefined ? null : wantedIn(await client.inputOf(before.id, before.runId));
  const former = wantedBefore === null ? null : await recordOf(context, run, wantedBefore);
  if (spec === null || former === null || before === undefined) return none;
  const { runId, startedAt } = before;
  return { ...none, before: { runId, startedAt }, differences: specDifferences(former, spec) };
}

/** Two secrets that differ are a difference, and neither is shown. */
export function specDifferences(former: unknown, spec: unknown): SpecDifference[] {
  const [before, now] = [leavesOf(former), leavesOf(spec)];
  const [shownBefore, shownNow] = [leavesOf(withoutSecrets(former)), leavesOf(withoutSecrets(spec))];
  const text = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
  return [...new Set([...now.keys(), ...before.keys()])]
    .filter((path) => text(before.get(path)) !== text(now.get(path)))
    .map((path) => ({
      path,
      before: before.has(path) ? text(shownBefore.get(path) ?? '(left out)') : null,
      now: now.has(path) ? text(shownNow.get(path) ?? '(left out)') : null,
    }));
}

function wantedIn(input: unknown): WantedSpec | null {
  const { name, specDigest } = (input ?? {}) as Partial<WantedSpec>;
  const isWanted = typeof name === 'string' && /^[0-9a-f]{64}$/.test(specDigest ?? '');
  // A name becomes a part of a path.
  return isWanted && /^[a-z0-9-]+$/.test(name) ? { name, specDigest: specDigest ?? '' } : null;
}

async function recordOf(
  { io, stateDirectory }: CommandContext,
  { type }: RunDescription,
  wanted: WantedSpec,
): Promise<unknown> {
  const kind = operationOfType(type)?.kind;
  if (kind !== 'box' && kind !== 'site') return null;
  const file = kind === 'box' ? wantedSpecFile(wanted) : wantedMirrorFile(wanted);
  const text = await io.readText(join(stateDirectory, file)).catch(() => null);
  return text === null ? null : jsonOrNull(text);
}
