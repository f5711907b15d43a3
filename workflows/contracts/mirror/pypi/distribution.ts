// SPDX-License-Identifier: Apache-2.0
// What the name of a distribution file says: project, version, and for a wheel which Pythons and platforms it fits. Pure.

/** As indexes name a project in URLs. @source PEP 503 */
export const normalizedName = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-');

export interface Distribution {
  readonly kind: 'wheel' | 'source';
  /** As the name of the file writes it. */
  readonly version: string;
  /** `py3-none-any` and the like; none of a source. */
  readonly tags: readonly string[];
}

/** Null for a file that installers do not take: eggs, installers of Windows, and names that are paths. */
export function parseDistribution(filename: string, project: string): Distribution | null {
  if (!/^[A-Za-z0-9][A-Za-z0-9._+!-]*$/.test(filename)) return null;
  if (filename.endsWith('.whl')) return parseWheel(filename.slice(0, -'.whl'.length), project);
  const [, stem] = /^(.*)\.(?:tar\.gz|zip)$/.exec(filename) ?? [];
  if (stem === undefined) return null;
  // A dash may stand in the name of the project: the part before the version is the project's.
  for (let dash = stem.indexOf('-'); dash >= 0; dash = stem.indexOf('-', dash + 1))
    if (normalizedName(stem.slice(0, dash)) === project)
      return { kind: 'source', version: stem.slice(dash + 1), tags: [] };
  return null;
}

/** NAME-VERSION(-BUILD)-PYTHON-ABI-PLATFORM, the last three of which may be sets. @source PEP 427, PEP 425 */
function parseWheel(stem: string, project: string): Distribution | null {
  const parts = stem.split('-');
  if (parts.length !== 5 && parts.length !== 6) return null;
  if (parts.length === 6 && !/^\d/.test(parts[2] ?? '')) return null;
  const [name = '', version = ''] = parts;
  if (normalizedName(name) !== project) return null;
  const [pythons = [], abis = [], platforms = []] = parts.slice(-3).map((part) => part.split('.'));
  const tags = pythons.flatMap((python) =>
    abis.flatMap((abi) => platforms.map((platform) => `${python}-${abi}-${platform}`)),
  );
  return { kind: 'wheel', version: version.replaceAll('_', '-'), tags };
}

/** The tags that CPython of a version takes on a platform. @source packaging.tags: cpython_tags, compatible_tags */
export function supportedTags(python: string, platform: string): Set<string> {
  const minor = Number(python.split('.')[1]);
  const own = `cp3${minor}`;
  const earlier = Array.from({ length: minor }, (_, index) => minor - 1 - index);
  const interpreters = [`py3${minor}`, 'py3', ...earlier.map((each) => `py3${each}`)];
  const places = platformTags(platform);
  return new Set([
    ...places.flatMap((place) => [
      ...['none', 'abi3', own].map((abi) => `${own}-${abi}-${place}`),
      ...earlier.filter((each) => each >= 2).map((each) => `cp3${each}-abi3-${place}`),
      ...interpreters.map((each) => `${each}-none-${place}`),
    ]),
    `${own}-none-any`,
    ...interpreters.map((each) => `${each}-none-any`),
  ]);
}

/** Names that older builders gave to glibc's versions. @source PEP 600 */
const legacyNames: Readonly<Record<number, string>> = { 17: '2014', 12: '2010', 5: '1' };

/** A platform and what is older and runs on it: `manylinux_2_28_x86_64` takes wheels of glibc 2.17. */
export function platformTags(platform: string): string[] {
  const [, kind, major = '', minor = '', machine] =
    /^(manylinux|musllinux)_(\d+)_(\d+)_(\w+)$/.exec(platform) ?? [];
  if (kind === undefined || machine === undefined) return [platform];
  const isX86 = machine === 'x86_64' || machine === 'i686';
  // Nothing older than these was ever built.
  const lowest = kind === 'musllinux' ? 0 : isX86 ? 5 : 17;
  const tags = [`linux_${machine}`];
  for (let each = Number(minor); each >= lowest; each -= 1) {
    tags.push(`${kind}_${major}_${each}_${machine}`);
    const legacy = kind === 'manylinux' ? legacyNames[each] : undefined;
    if (legacy !== undefined) tags.push(`manylinux${legacy}_${machine}`);
  }
  return tags;
}
