// SPDX-License-Identifier: Apache-2.0
// When a process began: it distinguishes a pid that was used again. Reads /proc alone.
import { readFile } from 'node:fs/promises';

/** Clock ticks since boot at which a process began: field 22 of /proc/PID/stat; null for none and for a zombie. */
export async function startTimeOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? null : (fields[19] ?? null);
}
