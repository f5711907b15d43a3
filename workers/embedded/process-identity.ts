// SPDX-License-Identifier: Apache-2.0
// Tells one process from every later one with the same number, by /proc (Linux). Sends no signal.
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** What no two processes share: number, start time in clock ticks since boot, and the boot itself. */
export interface ProcessIdentity {
  pid: number;
  startTimeTicks: number;
  bootId: string;
}

/** Parses a recorded identity; further keys are the recorder's own. */
export const processIdentitySchema = z.object({
  pid: z.number().int().positive(),
  startTimeTicks: z.number().int().nonnegative(),
  bootId: z.string().min(1),
});

/** Returns the kernel's id of this boot. */
function currentBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** Returns who a process number is now, or undefined when nobody (a zombie is nobody). */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The command in field 2 may hold spaces and brackets, so fields are counted after its last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const startTimeTicks = Number(fields[19]); // Field 22 of proc(5), counted from field 3.
  if (state === undefined || 'ZXx'.includes(state) || !Number.isInteger(startTimeTicks)) return undefined;
  return { pid, startTimeTicks, bootId: currentBootId() };
}

/** Returns whether the recorded process runs now: number, start time and boot all agree. */
export function isSameProcess(recorded: ProcessIdentity): boolean {
  const now = identifyProcess(recorded.pid);
  return now?.startTimeTicks === recorded.startTimeTicks && now.bootId === recorded.bootId;
}

/** Returns a process's program and first arguments for a message, or undefined when it is gone. */
export function commandOf(pid: number): string | undefined {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
    // Three words name a program; the rest may hold what does not belong in a message.
    return words.slice(0, 3).join(' ') || undefined;
  } catch {
    return undefined;
  }
}

/** Returns the processes that a process started and that run still; none when it is gone. */
export function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
