// SPDX-License-Identifier: Apache-2.0
// How often scheduled runs of a box begin: the keys, their defaults, their lengths. Pure.

/** Each is a length such as `30m`, `1h`, `7d`, or `never`. */
export interface SchedulesSpec {
  /** @default 1h */
  readonly driftEvery?: string;
  /** @default 1d */
  readonly renewEvery?: string;
  /** @default 1d */
  readonly dumpEvery?: string;
  /** Of a box with guests and a test project. @default 10m */
  readonly canaryEvery?: string;
  /** Replaces application credentials that are due, deletes those before. @default 6h */
  readonly rotateEvery?: string;
  /** Replaces Keystone's keys of tokens and of credentials. @default 30d */
  readonly rotateKeysEvery?: string;
  /** Reports packages that are behind their sources, or updates the box where its spec says so. @default 1d */
  readonly updateEvery?: string;
}

export const scheduleDefaults = {
  driftEvery: '1h',
  renewEvery: '1d',
  dumpEvery: '1d',
  canaryEvery: '10m',
  rotateEvery: '6h',
  rotateKeysEvery: '30d',
  updateEvery: '1d',
} as const satisfies Required<SchedulesSpec>;

/** The prefix of every schedule that holdfast makes; others are never changed or removed. */
export const schedulePrefix = 'holdfast/';

/**
 * Between two rotations of Keystone's keys, seconds.
 * @source three days: a token may need a former key for an hour and two days more ([token] expiration, allow_expired_window)
 */
export const keyRotationSecondsMin = 3 * 86_400;

const units: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

/** @source 5 min: a look takes seconds, and a shorter turn would only fill the history; 366 d: a year and a day */
const boundsSeconds = { least: 300, most: 366 * 86_400 };

/** Seconds; null for `never`; undefined for what is no length, or none from 5m to 366d. */
export function everySeconds(text: string): number | null | undefined {
  if (text === 'never') return null;
  const [, count, unit = ''] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (units[unit] ?? Number.NaN);
  return seconds >= boundsSeconds.least && seconds <= boundsSeconds.most ? seconds : undefined;
}

/**
 * @source 30d: due after 18 to 20 days, so that a machine that is off for a holiday of ten days finds its cloud working; a day
 * at least: a token of an hour and four runs of the schedule fit into a third of it
 */
export const credentialLifetime = { default: '30d', secondsMin: 86_400 } as const;
