// SPDX-License-Identifier: Apache-2.0
// Versions of Ansible collections, and the ranges that specs and dependencies write. Pure. @source Semantic Versioning 2.0.0

export interface CollectionVersion {
  readonly numbers: readonly [bigint, bigint, bigint];
  /** Identifiers of a pre-release; empty: it is none. */
  readonly pre: readonly string[];
}

/** Null for what galaxy does not take as a version. */
export function parseCollectionVersion(text: string): CollectionVersion | null {
  const [, major, minor, patch, pre = ''] =
    /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/.exec(
      text,
    ) ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return null;
  return { numbers: [BigInt(major), BigInt(minor), BigInt(patch)], pre: pre === '' ? [] : pre.split('.') };
}

/** Below 0: the first is older. */
export function compareCollectionVersions(one: CollectionVersion, other: CollectionVersion): number {
  for (const index of [0, 1, 2] as const) {
    const [a, b] = [one.numbers[index], other.numbers[index]];
    if (a !== b) return a < b ? -1 : 1;
  }
  // A pre-release comes before what it leads to.
  if (one.pre.length === 0 || other.pre.length === 0) return other.pre.length - one.pre.length;
  for (let index = 0; index < Math.max(one.pre.length, other.pre.length); index += 1) {
    const order = comparePre(one.pre[index], other.pre[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function comparePre(one: string | undefined, other: string | undefined): number {
  if (one === other) return 0;
  if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
  const [isNumber, isOtherNumber] = [/^\d+$/.test(one), /^\d+$/.test(other)];
  if (isNumber && isOtherNumber) return BigInt(one) < BigInt(other) ? -1 : 1;
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  return one < other ? -1 : 1;
}

type Operator = '==' | '!=' | '>=' | '<=' | '>' | '<';

interface Clause {
  readonly operator: Operator;
  readonly version: CollectionVersion;
}

/** All of them have to hold; none: any version that is no pre-release. */
export type VersionRange = readonly Clause[];

/** As ansible-galaxy reads them: `*`, `>=1.0,<2`, `1.2.3`. Null for anything else. */
export function parseVersionRange(text: string): VersionRange | null {
  const clauses: Clause[] = [];
  for (const part of text.split(',').map((each) => each.trim())) {
    if (part === '' || part === '*') continue;
    const [, operator = '', wanted = ''] = /^(==|!=|>=|<=|>|<|=)?\s*(\S+)$/.exec(part) ?? [];
    const version = parseCollectionVersion(filled(wanted));
    if (version === null) return null;
    clauses.push({ operator: operator === '' || operator === '=' ? '==' : (operator as Operator), version });
  }
  return clauses;
}

/** `8` and `8.1` stand for the first version of that line. */
function filled(text: string): string {
  if (/^\d+$/.test(text)) return `${text}.0.0`;
  return /^\d+\.\d+$/.test(text) ? `${text}.0` : text;
}

/** A pre-release only where it is named itself. */
export function isInRange(version: CollectionVersion, range: VersionRange): boolean {
  const isNamed = range.some(
    (clause) => clause.operator === '==' && compareCollectionVersions(version, clause.version) === 0,
  );
  if (version.pre.length > 0 && !isNamed) return false;
  return range.every((clause) => {
    const order = compareCollectionVersions(version, clause.version);
    switch (clause.operator) {
      case '==':
        return order === 0;
      case '!=':
        return order !== 0;
      case '>=':
        return order >= 0;
      case '<=':
        return order <= 0;
      case '>':
        return order > 0;
      case '<':
        return order < 0;
    }
  });
}
