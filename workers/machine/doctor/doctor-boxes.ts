// SPDX-License-Identifier: Apache-2.0
// Boxes of this machine and of this state directory, and who holds them. Enters none.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asStepFailure } from '../../../activities/clients/failure.ts';
import { authoritySpecFile } from '../../../workflows/contracts/authority/authority-spec.ts';
import { authorityOf } from '../../../workflows/contracts/authority/server.ts';
import { subjectKinds, subjectOfLease } from '../../../workflows/contracts/run/subject.ts';
import { mirrorSpecFile } from '../../../workflows/contracts/mirror/mirror-spec.ts';
import { recordedSpec } from '../../../activities/clients/state/recorded-specs.ts';
import { recordedImage } from '../../../activities/hosts/box-image.ts';
import { readClaim } from '../../../activities/hosts/claims.ts';
import { leaseHold } from '../../../activities/hosts/lease.ts';
import { leaderOf } from '../../../activities/hosts/local-box.ts';
import { machineDirectory } from '../../../activities/hosts/places.ts';
import type { SuperviseSettings } from '../../embedded/supervise-settings.ts';
import { updateFindings } from './doctor-updates.ts';
import { wayFindings } from './doctor-ways.ts';
import type { Finding } from './finding.ts';
import { exists, namesIn } from '../folders.ts';

export async function boxFindings(settings: SuperviseSettings): Promise<Finding[]> {
  const { stateDirectory } = settings;
  const recorded = await recordedBoxes(stateDirectory);
  const present = await namesIn(join(machineDirectory, 'boxes'));
  const ours = present.filter((box) => recorded.includes(box));
  const held = await leaseTargets();
  const findings = [
    ...(await Promise.all(present.map((box) => presentFinding(stateDirectory, box, recorded.includes(box))))),
    ...(await Promise.all(allOf(recorded, present).map((box) => recordFindings(stateDirectory, box)))).flat(),
    ...recorded.filter((box) => !present.includes(box)).map(unmadeFinding),
    ...(await updateFindings(settings, ours)),
    ...(await wayFindings(settings, ours)),
    ...(await Promise.all(held.map(leaseFinding))).flat(),
    ...(await leftNamespaces(present)),
  ];
  return findings.length === 0 ? [{ level: 'ok', what: 'boxes', found: 'none on this machine' }] : findings;
}

/** Boxes lie beside each other, subjects of another kind in the folder of their kind. */
async function leaseTargets(): Promise<string[]> {
  const folder = join(machineDirectory, 'leases');
  const others = subjectKinds.filter((kind) => kind !== 'box');
  const nested = others.map(async (kind) =>
    (await namesIn(join(folder, kind))).map((name) => `${kind}/${name}`),
  );
  return [...(await namesIn(folder)), ...(await Promise.all(nested)).flat()];
}

const allOf = (...lists: readonly (readonly string[])[]): string[] => [...new Set(lists.flat())];

async function recordedBoxes(stateDirectory: string): Promise<string[]> {
  const folder = join(stateDirectory, 'boxes');
  const names = await namesIn(folder);
  const flags = await Promise.all(names.map((name) => exists(join(folder, name, 'spec.json'))));
  return names.filter((_, index) => flags[index]);
}

async function presentFinding(stateDirectory: string, box: string, isRecorded: boolean): Promise<Finding> {
  if (await exists(join(stateDirectory, mirrorSpecFile(box)))) {
    const what = `mirror ${box}`;
    return (await leaderOf(box)) === null
      ? { level: 'note', what, found: 'is off', next: `holdfast mirrors install ${box}` }
      : { level: 'ok', what, found: 'runs' };
  }
  const authority = authorityOf(box);
  if (
    !isRecorded &&
    authority !== null &&
    (await exists(join(stateDirectory, authoritySpecFile(authority))))
  ) {
    const what = `box of authority ${authority}`;
    return (await leaderOf(box)) === null
      ? { level: 'note', what, found: 'is off', next: `holdfast ca install ${authority}` }
      : { level: 'ok', what, found: 'runs' };
  }
  const what = `box ${box}`;
  if (!isRecorded) {
    const next = `use its own state directory, or: holdfast restore FILE, or: holdfast box destroy ${box}`;
    return { level: 'note', what, found: 'is here, but not recorded in this state directory', next };
  }
  return (await leaderOf(box)) === null
    ? { level: 'note', what, found: 'is off', next: `holdfast box install ${box}` }
    : { level: 'ok', what, found: 'runs' };
}

/** Records that an operation on the box would refuse; each by its path and what to do about it. */
async function recordFindings(stateDirectory: string, box: string): Promise<Finding[]> {
  const reads: readonly (readonly [string, Promise<unknown>])[] = [
    [`recorded spec of box ${box}`, recordedSpec(stateDirectory, box)],
    [`image record of box ${box}`, recordedImage(box)],
    [`claim of box ${box}`, readClaim(box)],
  ];
  const findings = reads.map(([what, read]) =>
    read.then(
      () => [],
      (error: unknown) => [damaged(what, error)],
    ),
  );
  return (await Promise.all(findings)).flat();
}

function unmadeFinding(box: string): Finding {
  const next = `holdfast box install ${box}`;
  return { level: 'note', what: `box ${box}`, found: 'is recorded, but not on this machine', next };
}

/** The free lease of a box that is gone is not a finding: it keeps the last epoch. */
async function leaseFinding(target: string): Promise<Finding[]> {
  const { kind, name } = subjectOfLease(target);
  const what = `lease of ${kind} ${name}`;
  try {
    const { state, holder } = await leaseHold(target);
    if (state === 'free') return [];
    if (state === 'held') return [{ level: 'ok', what, found: `held by ${holder}` }];
    const next =
      kind === 'box'
        ? `holdfast box install ${name}, which takes it over`
        : 'start the operation again, which takes it over';
    return [{ level: 'wrong', what, found: `stale, last held by ${holder}`, next }];
  } catch (error) {
    return [damaged(what, error)];
  }
}

/** One record's damage is that record's finding; the others are examined all the same. */
function damaged(what: string, error: unknown): Finding {
  const { message, cause, hint } = asStepFailure(error, what);
  return { level: 'wrong', what, found: [message, cause].filter(Boolean).join(': '), next: hint };
}

/** @source ip-netns(8): a named namespace is a file there */
async function leftNamespaces(present: readonly string[]): Promise<Finding[]> {
  const names = await readdir('/run/netns').catch(() => []);
  return names
    .flatMap((name) => /^holdfast-(.+)$/.exec(name)?.[1] ?? [])
    .filter((box) => !present.includes(box))
    .map((box) => {
      const what = `network namespace holdfast-${box}`;
      return {
        level: 'wrong',
        what,
        found: 'is left of a box that is gone',
        next: `holdfast box destroy ${box}`,
      };
    });
}
