// SPDX-License-Identifier: Apache-2.0
// Which versions a specifier such as `>=2, <3` lets through, as PEP 440 says it. Pure.
import {
  comparePythonVersions,
  compareReleases,
  isPrerelease,
  parseVersion,
  versionText,
  type PythonVersion,
} from './version.ts';

type Operator = '~=' | '==' | '!=' | '<=' | '>=' | '<' | '>' | '===';

interface Clause {
  readonly operator: Operator;
  /** As it was written. */
  readonly text: string;
  /** Null with `===` and a text that is no version. */
  readonly version: PythonVersion | null;
  /** `== 1.2.*` */
  readonly isPrefix: boolean;
}

/** Clauses that must all hold; none: every version. */
export type Specifier = readonly Clause[];

/** Null for a text that is no specifier. The empty text is one. */
export function parseSpecifier(text: string): Specifier | null {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const clauses = parts.map(parseClause);
  return clauses.includes(null) ? null : (clauses as Clause[]);
}

function parseClause(text: string): Clause | null {
  const [, sign, wanted = ''] = /^(===|~=|==|!=|<=|>=|<|>)\s*(\S+)$/.exec(text) ?? [];
  if (sign === undefined) return null;
  const operator = sign as Operator;
  if (operator === '===') return { operator, text: wanted, version: parseVersion(wanted), isPrefix: false };
  const isPrefix = wanted.endsWith('.*');
  const version = parseVersion(isPrefix ? wanted.slice(0, -2) : wanted);
  if (version === null) return null;
  const isEquality = operator === '==' || operator === '!=';
  if (isPrefix && !(isEquality && isBareRelease(version))) return null;
  if (version.local !== null && !isEquality) return null;
  if (operator === '~=' && version.release.length < 2) return null;
  return { operator, text: wanted, version, isPrefix };
}

const isBareRelease = ({ pre, post, dev, local }: PythonVersion): boolean =>
  [pre, post, dev, local].every((part) => part === null);

/** Whether the clauses let a version through; prereleases are not looked at. */
export function isAllowed(specifier: Specifier, version: PythonVersion): boolean {
  return specifier.every((clause) => holds(clause, version));
}

/** Pins by `==` or `===`: what was withdrawn is mirrored only when it is named so. @source PEP 592 */
export const isPinned = (specifier: Specifier): boolean =>
  specifier.some(({ operator, isPrefix }) => operator === '===' || (operator === '==' && !isPrefix));

/** Those that are let through; prereleases when a clause names one, or when nothing else is let through. */
export function allowedOf<T extends { readonly version: PythonVersion }>(
  specifier: Specifier,
  versions: readonly T[],
): T[] {
  const allowed = versions.filter(({ version }) => isAllowed(specifier, version));
  const wantsPre = specifier.some(
    ({ operator, version }) => operator !== '!=' && version !== null && isPrerelease(version),
  );
  if (wantsPre) return allowed;
  const finals = allowed.filter(({ version }) => !isPrerelease(version));
  return finals.length > 0 ? finals : allowed;
}

function holds(clause: Clause, version: PythonVersion): boolean {
  const { operator, version: wanted } = clause;
  if (operator === '===') return versionText(version) === clause.text.toLowerCase();
  if (wanted === null) return false;
  const bare = { ...version, local: null };
  switch (operator) {
    case '==':
      return isEqual(clause, wanted, version);
    case '!=':
      return !isEqual(clause, wanted, version);
    case '<=':
      return comparePythonVersions(bare, wanted) <= 0;
    case '>=':
      return comparePythonVersions(bare, wanted) >= 0;
    case '~=':
      return (
        comparePythonVersions(bare, wanted) >= 0 && hasPrefix(version, wanted, wanted.release.slice(0, -1))
      );
    case '<':
      return isBefore(wanted, version);
    case '>':
      return isAfter(wanted, version);
  }
}

function isEqual({ isPrefix }: Clause, wanted: PythonVersion, version: PythonVersion): boolean {
  if (isPrefix) return hasPrefix(version, wanted, wanted.release);
  return comparePythonVersions(wanted.local === null ? { ...version, local: null } : version, wanted) === 0;
}

function hasPrefix(version: PythonVersion, { epoch }: PythonVersion, prefix: readonly bigint[]): boolean {
  if (version.epoch !== epoch) return false;
  return prefix.every((part, index) => (version.release[index] ?? 0n) === part);
}

/** `< 3.1` lets no prerelease of 3.1 through. */
function isBefore(wanted: PythonVersion, version: PythonVersion): boolean {
  if (comparePythonVersions(version, wanted) >= 0) return false;
  return isPrerelease(wanted) || !isPrerelease(version) || !isSameRelease(wanted, version);
}

/** `> 3.1` lets no post-release and no local version of 3.1 through. */
function isAfter(wanted: PythonVersion, version: PythonVersion): boolean {
  if (comparePythonVersions(version, wanted) <= 0) return false;
  if (!isSameRelease(wanted, version)) return true;
  if (version.local !== null) return false;
  return wanted.post !== null || version.post === null;
}

const isSameRelease = (one: PythonVersion, other: PythonVersion): boolean =>
  one.epoch === other.epoch && compareReleases(one.release, other.release) === 0;
