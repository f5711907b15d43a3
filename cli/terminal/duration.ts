// SPDX-License-Identifier: Apache-2.0
// Spans of time as people read them. Reads no clock.

/** `8s`, `1m42s`, `2h03m`. */
export function durationText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${pad(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h${pad(Math.floor((seconds % 3600) / 60))}m`;
}

/** From one ISO instant to another, or to now. */
export function spanText(startedAt: string, endedAt: string | undefined, now: number): string {
  return durationText((endedAt === undefined ? now : Date.parse(endedAt)) - Date.parse(startedAt));
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
