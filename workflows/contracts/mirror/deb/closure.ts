// SPDX-License-Identifier: Apache-2.0
// Which packages of some indexes have to be mirrored so that the named ones can be installed. Pure.
import type { Content } from '../content.ts';
import { compareVersions, isVersion, type Relation } from './version.ts';

export interface Dependency {
  readonly name: string;
  /** Null: any version. */
  readonly version: { readonly relation: Relation; readonly wanted: string } | null;
}

export interface DebPackage extends Content {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** Below the root of the source. */
  readonly filename: string;
  /** One of each list is needed: the first that is there. */
  readonly depends: readonly (readonly Dependency[])[];
  /** Virtual packages, with the version that they stand for. */
  readonly provides: readonly { readonly name: string; readonly version: string | null }[];
}

export interface Unmet {
  /** The package that needs it; null: the spec names it. */
  readonly by: string | null;
  /** As the index writes it. */
  readonly wants: string;
}

export interface Closure<Package extends DebPackage> {
  /** Sorted by name. */
  readonly chosen: readonly Package[];
  readonly unmet: readonly Unmet[];
}

/** Of packages for one architecture; of several versions of a name the latest that fits is chosen. */
export function closureOf<Package extends DebPackage>(
  available: readonly Package[],
  names: readonly string[],
  withDependencies: boolean,
): Closure<Package> {
  const index = indexOf(available);
  const chosen = new Map<string, Package>();
  /** By its own name and by each that it provides. */
  const standsFor = new Map<string, Package[]>();
  const unmet: Unmet[] = [];
  const queue: { readonly by: string | null; readonly anyOf: readonly Dependency[] }[] = names.map(
    (name) => ({
      by: null,
      anyOf: [{ name, version: null }],
    }),
  );
  for (const { by, anyOf } of queue) {
    if (anyOf.some((each) => isMet(each, standsFor.get(each.name) ?? []))) continue;
    const found = candidateOf(index, anyOf, by === null);
    if (found === undefined) {
      unmet.push({ by, wants: anyOf.map(dependencyText).join(' | ') });
      continue;
    }
    chosen.set(`${found.name} ${found.version}`, found);
    for (const name of new Set([found.name, ...found.provides.map((each) => each.name)]))
      addTo(standsFor, name, found);
    if (withDependencies) queue.push(...found.depends.map((each) => ({ by: found.name, anyOf: each })));
  }
  return {
    chosen: [...chosen.values()].sort(
      (a, b) => order(a.name, b.name) || compareVersions(a.version, b.version),
    ),
    unmet,
  };
}

interface Index<Package> {
  readonly named: ReadonlyMap<string, readonly Package[]>;
  readonly providing: ReadonlyMap<string, readonly Package[]>;
}

function indexOf<Package extends DebPackage>(available: readonly Package[]): Index<Package> {
  const named = new Map<string, Package[]>();
  const providing = new Map<string, Package[]>();
  for (const each of available) {
    addTo(named, each.name, each);
    for (const { name } of each.provides) addTo(providing, name, each);
  }
  return { named, providing };
}

function addTo<Package>(map: Map<string, Package[]>, name: string, each: Package): void {
  const list = map.get(name);
  if (list === undefined) map.set(name, [each]);
  else list.push(each);
}

/** A package of that name comes before one that only provides it. What the spec names is a package. */
function candidateOf<Package extends DebPackage>(
  { named, providing }: Index<Package>,
  anyOf: readonly Dependency[],
  isNamed: boolean,
): Package | undefined {
  for (const dependency of anyOf) {
    const own = (named.get(dependency.name) ?? []).filter((each) => fits(dependency, each.version));
    const others = isNamed ? [] : (providing.get(dependency.name) ?? []);
    const latest = latestOf(own) ?? firstOf(others.filter((each) => doesProvide(each, dependency)));
    if (latest !== undefined) return latest;
  }
  return undefined;
}

const isMet = (dependency: Dependency, chosen: readonly DebPackage[]): boolean =>
  chosen.some(
    (each) =>
      (each.name === dependency.name && fits(dependency, each.version)) || doesProvide(each, dependency),
  );

const doesProvide = ({ provides }: DebPackage, dependency: Dependency): boolean =>
  provides.some(
    ({ name, version }) =>
      name === dependency.name &&
      (dependency.version === null || (version !== null && fits(dependency, version))),
  );

const fits = ({ version }: Dependency, have: string): boolean =>
  version === null || isVersion(have, version.relation, version.wanted);

function latestOf<Package extends DebPackage>(list: readonly Package[]): Package | undefined {
  return [...list].sort((a, b) => compareVersions(b.version, a.version))[0];
}

/** Of providers the first by name, in its latest version: the same at each plan. */
function firstOf<Package extends DebPackage>(list: readonly Package[]): Package | undefined {
  return [...list].sort((a, b) => order(a.name, b.name) || compareVersions(b.version, a.version))[0];
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const dependencyText = ({ name, version }: Dependency): string =>
  version === null ? name : `${name} (${version.relation} ${version.wanted})`;
