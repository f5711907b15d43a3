// SPDX-License-Identifier: Apache-2.0
// Which files a refresh needs of Debian archives, from their indexes and the spec; and the manifest made of them. Pure.
import { closureOf, type DebPackage, type Unmet } from './closure.ts';
import type { DebManifest, DebPins, DebPlan, PlannedPackage } from './pins.ts';
import type { DebSource } from '../mirror-spec.ts';

/** The packages of one index. */
export interface ReadIndex {
  readonly suite: string;
  readonly architecture: string;
  readonly packages: readonly DebPackage[];
}

export interface PlannedSource {
  readonly packages: readonly PlannedPackage[];
  readonly unmet: readonly Unmet[];
}

/** Over all suites of the source together: what an update needs is often in the suite beside it. */
export function planSource(source: DebSource, url: string, indexes: readonly ReadIndex[]): PlannedSource {
  const planned = new Map<string, PlannedPackage>();
  const unmet: Unmet[] = [];
  for (const architecture of source.architectures) {
    const available = indexes
      .filter((index) => index.architecture === architecture)
      .flatMap(({ suite, packages }) => packages.map((each) => ({ ...each, suite })));
    const closure = closureOf(available, source.packages, source.dependencies === 'closure');
    unmet.push(...closure.unmet);
    for (const { suite, filename, name, version, digest, size, ...rest } of closure.chosen) {
      const place = { source: source.name, suite, path: filename, url: `${url}/${filename}` };
      // A package of `all` is in the index of each architecture.
      planned.set(`${suite} ${filename}`, {
        ...place,
        name,
        version,
        architecture: rest.architecture,
        digest,
        size,
      });
    }
  }
  return { packages: [...planned.values()].sort(byPlace), unmet };
}

const byPlace = (a: PlannedPackage, b: PlannedPackage): number => {
  const [left, right] = [a, b].map(({ suite, path }) => `${suite} ${path}`) as [string, string];
  return left < right ? -1 : left > right ? 1 : 0;
};

export interface ManifestSource {
  readonly name: string;
  readonly suites: readonly string[];
  readonly architectures: readonly string[];
}

/** `digest`: SHA-256 of a text, in hexadecimal. The same pins and the same plan make the same manifest. */
export function manifestOf(
  sources: readonly ManifestSource[],
  pins: DebPins,
  { packages }: DebPlan,
  digest: (text: string) => string,
): DebManifest {
  const suites = sources.flatMap(({ name: source, suites: names, architectures }) =>
    names.map((suite) => {
      const chosen = packages
        .filter((each) => each.source === source && each.suite === suite)
        .map(({ path, name, version, architecture, digest: sha256, size }) => ({
          path,
          name,
          version,
          architecture,
          digest: sha256,
          size,
        }));
      const content = digest(JSON.stringify([source, suite, architectures, chosen]));
      return {
        source,
        suite,
        architectures,
        snapshot: snapshotName(source, suite, content),
        packages: chosen,
      };
    }),
  );
  return { kind: 'deb', pins, suites };
}

/** Named after what it holds: an existing snapshot of that name is the one that is wanted. */
const snapshotName = (source: string, suite: string, content: string): string =>
  `${source}-${suite.replaceAll('/', '-')}-${content.slice(0, 16)}`;

/** For people: `curl needs libcurl4t64 (= 8.14)`, or the name in the spec. */
export const dependencyTextOf = ({ by, wants }: Unmet): string =>
  by === null ? `no package ${wants}` : `${by} needs ${wants}`;
