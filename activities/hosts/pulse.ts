// SPDX-License-Identifier: Apache-2.0
// A sign of life that needs no clock of the wall: boot, time since boot, process. Decides nothing.
import { readFile, readlink } from 'node:fs/promises';
import { startTimeOf } from './process-start.ts';

export interface Pulse {
  readonly bootId: string;
  /** Since the machine's boot, sleep included: no user can set it. */
  readonly upSeconds: number;
  readonly pid: number;
  /** As field 22 of /proc/PID/stat: it distinguishes a pid that was used again. */
  readonly startTime: string;
  /** Pids of another namespace say nothing here. */
  readonly pidNamespace: string;
}

export interface Silence {
  /** Since the last sign of life; since this boot for one of an earlier boot. */
  readonly seconds: number;
  /** Its process is certainly gone. */
  readonly isDead: boolean;
  /** For people. */
  readonly told: string;
}

/** Of this process, now. */
export async function pulseNow(): Promise<Pulse> {
  const [bootId, uptime, stat, pidNamespace] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    readFile('/proc/uptime', 'utf8'),
    readFile('/proc/self/stat', 'utf8'),
    readlink('/proc/self/ns/pid'),
  ]);
  const pid = Number.parseInt(stat, 10);
  return {
    bootId: bootId.trim(),
    upSeconds: Number.parseFloat(uptime),
    pid,
    startTime: (await startTimeOf(pid)) ?? '',
    pidNamespace,
  };
}

export async function silenceOf(pulse: Pulse): Promise<Silence> {
  const now = await pulseNow();
  if (pulse.bootId !== now.bootId)
    return { seconds: now.upSeconds, isDead: true, told: "renewed before this machine's last boot" };
  const seconds = now.upSeconds - pulse.upSeconds;
  const isSeen = pulse.pidNamespace === now.pidNamespace;
  const isDead = isSeen && (await startTimeOf(pulse.pid)) !== pulse.startTime;
  const renewed = `renewed ${Math.max(0, Math.round(seconds))} s ago`;
  const told = isDead ? `${renewed} by a worker that is gone (pid ${pulse.pid})` : renewed;
  // A sign from the future of this boot was not written by a worker.
  return { seconds: seconds < -1 ? Number.POSITIVE_INFINITY : seconds, isDead, told };
}

/** @throws Error when it is not the sign of life of a worker */
export function parsePulse(value: unknown): Pulse {
  const { bootId, upSeconds, pid, startTime, pidNamespace } = (value ?? {}) as Partial<
    Record<keyof Pulse, unknown>
  >;
  const areTexts = [bootId, startTime, pidNamespace].every((each) => typeof each === 'string');
  const areNumbers = [upSeconds, pid].every((each) => typeof each === 'number' && Number.isFinite(each));
  if (areTexts && areNumbers) return value as Pulse;
  throw new Error('its pulse lacks a part');
}
