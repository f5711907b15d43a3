// SPDX-License-Identifier: Apache-2.0
// Versions of Python projects as PEP 440 orders them. Pure.

export interface PythonVersion {
  readonly epoch: bigint;
  readonly release: readonly bigint[];
  readonly pre: readonly [phase: 'a' | 'b' | 'rc', number: bigint] | null;
  readonly post: bigint | null;
  readonly dev: bigint | null;
  /** Parts of the local version; null: none. */
  readonly local: readonly (string | bigint)[] | null;
}

/** @source PEP 440, appendix B; letters in any case */
const pattern = new RegExp(
  [
    '^\\s*v?(?:(\\d+)!)?(\\d+(?:\\.\\d+)*)',
    '(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\\d*))?',
    '(?:-(\\d+)|[-_.]?(post|rev|r)[-_.]?(\\d*))?',
    '(?:[-_.]?(dev)[-_.]?(\\d*))?',
    '(?:\\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?\\s*$',
  ].join(''),
  'i',
);

/** Null for a text that is no version: indexes hold such files, and installers pass them over. */
export function parseVersion(text: string): PythonVersion | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const [, epoch, release = '', phase, preNumber, dash, post, postNumber, dev, devNumber, local] = match;
  return {
    epoch: numberOf(epoch),
    release: release.split('.').map(BigInt),
    pre: phase === undefined ? null : [phaseOf(phase), numberOf(preNumber)],
    post: dash !== undefined ? BigInt(dash) : post === undefined ? null : numberOf(postNumber),
    dev: dev === undefined ? null : numberOf(devNumber),
    local: local === undefined ? null : local.toLowerCase().split(/[-_.]/).map(localPart),
  };
}

const numberOf = (digits: string | undefined): bigint =>
  digits === undefined || digits === '' ? 0n : BigInt(digits);

const localPart = (text: string): string | bigint => (/^\d+$/.test(text) ? BigInt(text) : text);

function phaseOf(word: string): 'a' | 'b' | 'rc' {
  const small = word.toLowerCase();
  if (small.startsWith('a')) return 'a';
  return small.startsWith('b') ? 'b' : 'rc';
}

export const isPrerelease = ({ pre, dev }: PythonVersion): boolean => pre !== null || dev !== null;

/** In its normal form. @source PEP 440, "Normalization" */
export function versionText({ epoch, release, pre, post, dev, local }: PythonVersion): string {
  return [
    epoch === 0n ? '' : `${epoch}!`,
    release.join('.'),
    pre?.join('') ?? '',
    post === null ? '' : `.post${post}`,
    dev === null ? '' : `.dev${dev}`,
    local === null ? '' : `+${local.join('.')}`,
  ].join('');
}

/** Below 0: `one` is earlier; above 0: later. */
export function comparePythonVersions(one: PythonVersion, other: PythonVersion): number {
  return (
    order(one.epoch, other.epoch) ||
    compareReleases(one.release, other.release) ||
    comparePres(one, other) ||
    order(one.post ?? -1n, other.post ?? -1n) ||
    // A development version is before what it leads to.
    compareDevs(one.dev, other.dev) ||
    compareLocals(one.local, other.local)
  );
}

/** Shorter ones are filled up with zeros: 1.0 and 1.0.0 are the same. */
export function compareReleases(one: readonly bigint[], other: readonly bigint[]): number {
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const difference = order(one[index] ?? 0n, other[index] ?? 0n);
    if (difference !== 0) return difference;
  }
  return 0;
}

const order = <T extends string | bigint>(one: T, other: T): number =>
  one < other ? -1 : one > other ? 1 : 0;

/** 1.0.dev1, 1.0a1, 1.0b1, 1.0rc1, 1.0, 1.0.post1: in this order. */
function comparePres(one: PythonVersion, other: PythonVersion): number {
  const [left, right] = [one, other].map(({ pre, post, dev }) => {
    if (pre !== null) return { rank: 1, phase: pre[0], number: pre[1] };
    return { rank: post === null && dev !== null ? 0 : 2, phase: '', number: 0n };
  }) as [PreRank, PreRank];
  return left.rank - right.rank || order(left.phase, right.phase) || order(left.number, right.number);
}

interface PreRank {
  readonly rank: number;
  readonly phase: string;
  readonly number: bigint;
}

function compareDevs(one: bigint | null, other: bigint | null): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return order(one, other);
}

/** None is before any; words are before numbers; a longer one is after its beginning. */
function compareLocals(one: PythonVersion['local'], other: PythonVersion['local']): number {
  if (one === null || other === null) return Number(one !== null) - Number(other !== null);
  for (let index = 0; index < Math.min(one.length, other.length); index += 1) {
    const [left, right] = [one[index] ?? '', other[index] ?? ''];
    if (typeof left === typeof right) {
      const difference = order(left, right);
      if (difference !== 0) return difference;
    } else return typeof left === 'string' ? -1 : 1;
  }
  return one.length - other.length;
}
