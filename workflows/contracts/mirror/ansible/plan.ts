// SPDX-License-Identifier: Apache-2.0
// Which versions of an Ansible collection are mirrored, of those that a galaxy lists. Pure.
import { isAllowed, parseSpecifier } from '../pypi/specifier.ts';
import { parseVersion } from '../pypi/version.ts';
import type { ListedVersion } from './pins.ts';
import {
  compareCollectionVersions,
  isInRange,
  parseCollectionVersion,
  parseVersionRange,
} from './version.ts';

export interface WantedCollection {
  readonly name: string;
  readonly versions: string;
  /** How many versions, newest first. */
  readonly newest: number;
}

/** `core`: lines of ansible-core, one of which must take a version; none: whichever. Newest first; empty when nothing fits. */
export function chosenVersions(
  { versions, newest }: WantedCollection,
  core: readonly string[],
  listed: readonly ListedVersion[],
): string[] {
  const range = parseVersionRange(versions);
  if (range === null) return [];
  return listed
    .flatMap((each) => {
      const parsed = parseCollectionVersion(each.version);
      return parsed === null ? [] : [{ text: each.version, parsed, requires: each.requiresAnsible }];
    })
    .filter(({ parsed, requires }) => isInRange(parsed, range) && isForCore(requires, core))
    .sort((one, other) => compareCollectionVersions(other.parsed, one.parsed))
    .slice(0, newest)
    .map(({ text }) => text);
}

/** What is no version comes last. */
export const newestFirst = (versions: readonly string[]): string[] => {
  const parsed = new Map(versions.map((text) => [text, parseCollectionVersion(text)]));
  return [...versions].sort((one, other) => {
    const [a, b] = [parsed.get(one), parsed.get(other)];
    return a == null || b == null ? 0 : compareCollectionVersions(b, a);
  });
};

/** Whether one of some versions satisfies a range. */
export function isMet(versions: string, chosen: readonly string[]): boolean {
  const range = parseVersionRange(versions);
  return chosen.some((each) => {
    const version = parseCollectionVersion(each);
    return range !== null && version !== null && isInRange(version, range);
  });
}

/** A line is 2.19: some patch of it must be let through. A condition that cannot be read refuses none. */
function isForCore(requires: string | null, core: readonly string[]): boolean {
  const specifier = requires === null ? null : parseSpecifier(requires);
  if (specifier === null || core.length === 0) return true;
  return core.some((line) =>
    ['0', '99'].some((patch) => {
      const version = parseVersion(`${line}.${patch}`);
      return version !== null && isAllowed(specifier, version);
    }),
  );
}

/** Names of versions of a role, newest first, of those that a galaxy lists; null: one that is wanted is not listed. */
export function chosenRoleVersions(
  wanted: readonly string[] | undefined,
  listed: readonly string[],
): string[] | null {
  if (wanted !== undefined) return wanted.every((each) => listed.includes(each)) ? [...wanted] : null;
  const newest = [...listed].sort(compareRoleVersions)[0];
  return newest === undefined ? null : [newest];
}

/** Numbers by their value, as clients compare them; whatever begins with a letter comes behind. @source Python's LooseVersion */
function compareRoleVersions(one: string, other: string): number {
  const [a, b] = [numbersOf(one), numbersOf(other)];
  if ((a === null) !== (b === null)) return a === null ? 1 : -1;
  for (let index = 0; index < Math.max(a?.length ?? 0, b?.length ?? 0); index += 1) {
    const [x, y] = [a?.[index] ?? -1, b?.[index] ?? -1];
    if (x !== y) return y - x;
  }
  return one < other ? 1 : -1;
}

/** Null for what is no list of numbers, such as a pre-release or the name of a branch. */
const numbersOf = (text: string): number[] | null =>
  /^v?\d+(\.\d+)*$/.test(text) ? text.replace(/^v/, '').split('.').map(Number) : null;
