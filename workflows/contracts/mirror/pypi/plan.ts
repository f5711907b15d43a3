// SPDX-License-Identifier: Apache-2.0
// Which files of a Python project are mirrored: for each Python and platform, the newest versions that it can install. Pure.
import type { PypiProject } from '../mirror-spec.ts';
import { parseDistribution, supportedTags, type Distribution } from './distribution.ts';
import type { ListedFile } from './pins.ts';
import { allowedOf, isAllowed, isPinned, parseSpecifier, type Specifier } from './specifier.ts';
import { comparePythonVersions, parseVersion, type PythonVersion } from './version.ts';

/** What clients of the mirror run. */
export interface PypiTargets {
  readonly pythons: readonly string[];
  readonly platforms: readonly string[];
  readonly sources: 'fallback' | 'always' | 'never';
}

export interface ChosenOfProject {
  readonly file: ListedFile & { readonly digest: string };
  readonly version: string;
}

interface Release {
  readonly text: string;
  readonly version: PythonVersion;
  readonly wheels: readonly Candidate[];
  readonly sources: readonly Candidate[];
}

interface Candidate {
  readonly file: ListedFile & { readonly digest: string };
  readonly distribution: Distribution;
}

/** Newest first, then by name; empty when nothing fits. */
export function filesOfProject(
  project: Pick<PypiProject, 'name' | 'versions' | 'newest'>,
  targets: PypiTargets,
  listed: readonly ListedFile[],
): ChosenOfProject[] {
  const specifier = parseSpecifier(project.versions) ?? [];
  const releases = allowedOf(specifier, releasesOf(project.name, listed, isPinned(specifier)));
  const newestFirst = releases.sort((one, other) => comparePythonVersions(other.version, one.version));
  const chosen = new Map<string, ChosenOfProject>();
  for (const python of targets.pythons)
    for (const platform of targets.platforms) {
      const tags = supportedTags(python, platform);
      let versions = 0;
      for (const release of newestFirst) {
        if (versions === project.newest) break;
        const files = filesFor(release, python, tags, targets.sources);
        if (files.length > 0) versions += 1;
        for (const { file } of files) chosen.set(file.filename, { file, version: release.text });
      }
    }
  const rank = new Map(newestFirst.map(({ text }, index) => [text, index]));
  return [...chosen.values()].sort(
    (one, other) =>
      (rank.get(one.version) ?? 0) - (rank.get(other.version) ?? 0) ||
      (one.file.filename < other.file.filename ? -1 : 1),
  );
}

/** By version; without withdrawn files, unless the spec names their version. */
function releasesOf(project: string, listed: readonly ListedFile[], isPinned: boolean): Release[] {
  const releases = new Map<string, { text: string; version: PythonVersion; candidates: Candidate[] }>();
  for (const file of listed) {
    const { digest, filename, yanked } = file;
    const distribution = parseDistribution(filename, project);
    const version = distribution === null ? null : parseVersion(distribution.version);
    // What cannot be checked is not mirrored.
    if (distribution === null || version === null || digest === null) continue;
    if (yanked !== false && !isPinned) continue;
    const key = keyOf(version);
    const release = releases.get(key) ?? { text: distribution.version, version, candidates: [] };
    release.candidates.push({ file: { ...file, digest }, distribution });
    releases.set(key, release);
  }
  return [...releases.values()].map(({ text, version, candidates }) => ({
    text,
    version,
    wheels: candidates.filter(({ distribution }) => distribution.kind === 'wheel'),
    sources: candidates.filter(({ distribution }) => distribution.kind === 'source'),
  }));
}

/** 1.0 and 1.0.0 are one version. */
function keyOf({ epoch, release, pre, post, dev, local }: PythonVersion): string {
  const last = release.findLastIndex((part) => part !== 0n);
  return [epoch, release.slice(0, last + 1).join('.'), pre, post, dev, local?.join('.')].join(' ');
}

function filesFor(
  release: Release,
  python: string,
  tags: ReadonlySet<string>,
  sources: PypiTargets['sources'],
): readonly Candidate[] {
  const allowed = (each: Candidate): boolean => isForPython(each.file.requiresPython, python);
  const wheels = release.wheels.filter(
    (each) => allowed(each) && each.distribution.tags.some((tag) => tags.has(tag)),
  );
  const isSourceWanted = sources === 'always' || (sources === 'fallback' && wheels.length === 0);
  return isSourceWanted ? [...wheels, ...release.sources.filter(allowed)] : wheels;
}

/** A target is a line of Pythons: some patch of it must be let through. One that cannot be read refuses none, as with pip. */
function isForPython(requires: string | null, python: string): boolean {
  const specifier: Specifier | null = requires === null ? [] : parseSpecifier(requires);
  if (specifier === null) return true;
  return ['0', '99'].some((patch) => {
    const version = parseVersion(`${python}.${patch}`);
    return version !== null && isAllowed(specifier, version);
  });
}
