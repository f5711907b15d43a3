// SPDX-License-Identifier: Apache-2.0
// The file beside a file in which its next content is written: named by the process that writes it, removed once that is dead.
import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { startTimeOf } from '../../hosts/process-start.ts';
import { pulseNow } from '../../hosts/pulse.ts';

/** Pid, start of the process in ticks, its namespace of pids, a number of its own. */
const unfinished = /^(\d+)-(\d+)-(\d+)-[0-9a-f]{12}\.new$/;

/** A path that no other writer has, in the folder of `path`, which must be there. What a killed writer of `path` left is removed. */
export async function unfinishedFile(path: string): Promise<string> {
  await removeUnfinished(path);
  const { pid, startTime, pidNamespace } = await pulseNow();
  return `${path}.${pid}-${startTime}-${numberOf(pidNamespace)}-${randomBytes(6).toString('hex')}.new`;
}

/** @example pid:[4026531836] */
const numberOf = (namespace: string): string => namespace.replaceAll(/\D/g, '');

/**
 * Removes what killed writers of `path` left beside it. Idempotent; a writer that lives keeps its own, and so does one in
 * another namespace of pids, of which nothing is seen here.
 */
export async function removeUnfinished(path: string): Promise<void> {
  const folder = dirname(path);
  const start = `${basename(path)}.`;
  const names = (await readdir(folder)).filter((name) => name.startsWith(start));
  const own = names.length === 0 ? '' : numberOf((await pulseNow()).pidNamespace);
  for (const name of names) {
    const [, pid, startTime, namespace] = unfinished.exec(name.slice(start.length)) ?? [];
    if (pid === undefined || namespace !== own || (await startTimeOf(Number(pid))) === startTime) continue;
    await rm(join(folder, name), { force: true });
  }
}
