// SPDX-License-Identifier: Apache-2.0
// Instants as people read them: how long ago, or the clock of this machine. JSON carries ISO instants instead. Reads no clock.

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** `just now`, `5 min ago`, `in 3 h`; a day and more away the local date and time. */
export function agoText(iso: string, now: number): string {
  const distance = now - Date.parse(iso);
  const size = Math.abs(distance);
  if (size < minute) return distance >= 0 ? 'just now' : 'in a moment';
  if (size >= day) return dateText(new Date(iso));
  const span = size < hour ? `${Math.floor(size / minute)} min` : `${Math.floor(size / hour)} h`;
  return distance > 0 ? `${span} ago` : `in ${span}`;
}

/** `14:02:05` on the same local day, else `2026-11-28 14:02:05`. */
export function clockText(iso: string, now: number): string {
  const at = new Date(iso);
  const clock = `${timeOf(at)}:${pad(at.getSeconds())}`;
  return dayOf(at) === dayOf(new Date(now)) ? clock : `${dayOf(at)} ${clock}`;
}

const dateText = (at: Date): string => `${dayOf(at)} ${timeOf(at)}`;
const dayOf = (at: Date): string => `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
const timeOf = (at: Date): string => `${pad(at.getHours())}:${pad(at.getMinutes())}`;
const pad = (value: number): string => String(value).padStart(2, '0');
