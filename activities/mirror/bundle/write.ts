// SPDX-License-Identifier: Apache-2.0
// Writes a planned bundle into its folder: its text, its segments, and the signature last, so that a part of one is never taken.
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  bundleFile,
  bundleNamespace,
  segmentsOf,
  type Bundle,
  type Segment,
} from '../../../workflows/contracts/mirror/bundle.ts';
import { bytesText } from '../../../workflows/contracts/mirror/content.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { ExportArgs } from '../../../workflows/ports/mirror/bundle.ts';
import { faultText, readPlain } from '../../clients/bundle/plain-file.ts';
import { isWritten, segmentFault, writeSegment } from '../../clients/bundle/segments.ts';
import { publicLineOf, signatureOf, sshSign } from '../../clients/bundle/site-key.ts';
import { sshSignatureFault } from '../../clients/ca/ssh-signature.ts';
import type { SecretStore } from '../../clients/secrets/secret-store.ts';
import { Detached, type StepScope } from '../../step-scope.ts';
import { readMark, readMarked, storeOf, type Site } from '../site.ts';
import { bundleKey } from './key.ts';

const plannedSegments = async (site: Site, { context }: StepScope): Promise<Segment[]> =>
  segmentsOf(await readMarked<Bundle>(site, context, 'bundle'));

const plannedText = async (site: Site, { context }: StepScope): Promise<Buffer> =>
  storeOf(site).read((await readMark(site, context, 'bundle')) ?? '');

export async function writtenDifferences(
  site: Site,
  { folder }: ExportArgs,
  scope: StepScope,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  if (!(await hasText(site, folder, scope)))
    differences.push({ what: join(folder, bundleFile), have: 'absent', want: 'written' });
  for (const segment of await plannedSegments(site, scope))
    if (!(await isWritten(folder, segment)))
      differences.push({
        what: join(folder, segment.name),
        have: 'absent or cut off',
        want: bytesText(segment.size),
      });
  return differences;
}

async function hasText(site: Site, folder: string, scope: StepScope): Promise<boolean> {
  const wanted = await plannedText(site, scope);
  const have = await readPlain(join(folder, bundleFile), wanted.byteLength).catch(() => null);
  return have?.equals(wanted) === true;
}

export async function writeBundle(site: Site, { folder }: ExportArgs, scope: StepScope): Promise<string> {
  await mkdir(folder, { recursive: true });
  if (!(await hasText(site, folder, scope)))
    await writeWhole(join(folder, bundleFile), await plannedText(site, scope));
  const segments = await plannedSegments(site, scope);
  const missing: Segment[] = [];
  for (const segment of segments) if (!(await isWritten(folder, segment))) missing.push(segment);
  await writeAll(site, folder, missing, scope);
  return `${missing.length} of ${segments.length} segments written`;
}

async function writeAll(
  site: Site,
  folder: string,
  segments: readonly Segment[],
  { signal, tell }: StepScope,
): Promise<void> {
  const all = segments.reduce((sum, { size }) => sum + size, 0);
  let bytes = 0;
  for (const segment of segments) {
    if (signal.aborted) throw new Detached();
    const onBytes = (more: number): void => {
      bytes += more;
      tell(`${segment.name}: ${bytesText(bytes)} of ${bytesText(all)}`);
    };
    await writeSegment(storeOf(site), folder, segment, { signal, onBytes }).catch((error: unknown) => {
      throw signal.aborted ? new Detached() : error;
    });
  }
}

/** Every byte is read where it was written: a medium may have lost some. */
export async function damagedDifferences(
  site: Site,
  { folder }: ExportArgs,
  scope: StepScope,
): Promise<Difference[]> {
  const damaged = await damagedSegments(site, folder, scope);
  return damaged.map(({ segment, fault }) => ({
    what: join(folder, segment.name),
    have: fault,
    want: 'as the bundle says',
  }));
}

async function damagedSegments(
  site: Site,
  folder: string,
  scope: StepScope,
): Promise<{ readonly segment: Segment; readonly fault: string }[]> {
  const damaged: { segment: Segment; fault: string }[] = [];
  for (const segment of await plannedSegments(site, scope)) {
    scope.tell(`${segment.name} is read`);
    const fault = await segmentFault(storeOf(site), folder, segment, { signal: scope.signal }).catch(
      (error: unknown) => {
        if (scope.signal.aborted) throw new Detached();
        return faultText(error);
      },
    );
    if (fault !== null) damaged.push({ segment, fault });
  }
  return damaged;
}

export async function rewriteDamaged(site: Site, { folder }: ExportArgs, scope: StepScope): Promise<string> {
  const damaged = (await damagedSegments(site, folder, scope)).map(({ segment }) => segment);
  for (const { name } of damaged) await rm(join(folder, name), { force: true });
  await writeAll(site, folder, damaged, scope);
  return `${damaged.length} segments written again`;
}

const signaturePath = ({ box }: Site, folder: string): string => join(folder, `${box}.sig`);

export async function signatureDifferences(
  site: Site,
  { folder, key: reference }: ExportArgs,
  scope: StepScope,
  secrets: SecretStore,
): Promise<Difference[]> {
  const path = signaturePath(site, folder);
  const key = publicLineOf(await bundleKey(site, reference, secrets));
  const text = await readPlain(path, 8192).catch(() => null);
  const signature = signatureOf(text?.toString('latin1') ?? '');
  const message = await plannedText(site, scope);
  const isGood = signature !== null && sshSignatureFault(key, message, signature, bundleNamespace) === null;
  return isGood
    ? []
    : [{ what: path, have: text === null ? 'absent' : 'another', want: 'signature of the site' }];
}

export async function signBundle(
  site: Site,
  { folder, key: reference }: ExportArgs,
  scope: StepScope,
  secrets: SecretStore,
): Promise<string> {
  const key = await bundleKey(site, reference, secrets);
  const text = sshSign(key, await plannedText(site, scope), bundleNamespace);
  await writeWhole(signaturePath(site, folder), Buffer.from(text));
  return `signed by ${publicLineOf(key)}`;
}

/** As any file system of a medium can: without modes and owners. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.part`;
  await rm(part, { force: true });
  const file = await open(part, 'wx', 0o644);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, path);
}
