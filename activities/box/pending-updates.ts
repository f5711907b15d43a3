// SPDX-License-Identifier: Apache-2.0
// What the package sources hold that is newer than an image's packages. Changes nothing of the image.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { Failure } from '../clients/failure.ts';
import { thisMachine } from '../hosts/transport.ts';
import pendingUpdatesScript from './pending-updates.sh';

export interface PendingUpdate {
  readonly name: string;
  /** Null for a package that an update brings along. */
  readonly from: string | null;
  readonly to: string;
  /** Comes from a suite of security updates. */
  readonly isSecurity: boolean;
}

export interface UpdateSources {
  readonly cacheDirectory: string;
  /** Of the worker's environment. */
  readonly proxies: Readonly<Record<string, string>>;
  /** Lines of apt's configuration. Default: this machine's alone. */
  readonly aptOptions?: readonly string[];
}

/** @source lists of 10 MB on a slow line; an unchanged source takes a second */
const timeoutSeconds = 300;

/** `sources` is the text of a deb822 file. @throws Failure Unreachable when the sources do not answer apt */
export async function pendingUpdates(
  image: string,
  sources: string,
  { cacheDirectory, proxies, aptOptions = [] }: UpdateSources,
): Promise<PendingUpdate[]> {
  const name = createHash('sha256').update(sources).digest('hex').slice(0, 16);
  const lists = join(cacheDirectory, 'apt-lists', name);
  const words = [join(image, 'root'), sources, lists, aptOptions.join('\n')];
  const argv = ['sh', '-c', pendingUpdatesScript, 'holdfast-updates', ...words];
  const { exitCode, stdout, stderr } = await thisMachine.run(argv, { timeoutSeconds, environment: proxies });
  if (exitCode === 0) return stdout.split('\n').flatMap(updateOf);
  throw new Failure('Unreachable', 'The package sources do not tell what is new', {
    on: 'this machine',
    cause: stderr.trim().slice(-500),
    hint: 'Bring the source, the network or the proxy back; the run goes on by itself',
  });
}

/** @example Inst libssl3t64 [3.5.1-1] (3.5.1-1+deb13u1 Debian-Security:13/stable-security [amd64]) */
export function updateOf(line: string): PendingUpdate[] {
  const match = /^Inst (\S+) (?:\[(\S+)\] )?\((\S+) (.*?)\)/.exec(line);
  if (match === null) return [];
  const [, name = '', from, to = '', origins = ''] = match;
  return [{ name, from: from ?? null, to, isSecurity: /-security\b/i.test(origins) }];
}

/** One a package, those of security first. */
export function updateDifferences(updates: readonly PendingUpdate[]): Difference[] {
  const sorted = [...updates].sort((one, other) => Number(other.isSecurity) - Number(one.isSecurity));
  return sorted.map(({ name, from, to, isSecurity }) => ({
    what: isSecurity ? `${name} (security)` : name,
    have: from ?? 'absent',
    want: to,
  }));
}
