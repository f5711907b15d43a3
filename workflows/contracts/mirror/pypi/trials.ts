// SPDX-License-Identifier: Apache-2.0
// What a real pip is asked to install from a staged index: for each Python and platform, every wheel that fits. Pure.
import { parseDistribution, platformTags, supportedTags } from './distribution.ts';
import { filePath } from './pages.ts';
import type { ServedFile, ServedIndex } from './pins.ts';

export interface PipTrial {
  readonly python: string;
  readonly platform: string;
  /** As pip is told of them, the platform first. */
  readonly platforms: readonly string[];
  /** One line a project; of several versions each is a trial of its own. */
  readonly requirements: readonly string[];
  /** Of its altered copy pip must say no; below the folder of the index. */
  readonly twin: { readonly project: string; readonly version: string; readonly paths: readonly string[] };
}

export interface TrialTargets {
  readonly pythons: readonly string[];
  readonly platforms: readonly string[];
}

/** Source archives are tried by nobody: pip would build them. */
export function trialsOf(
  { projects }: ServedIndex,
  targetsOf: (project: string) => TrialTargets,
  pairs: TrialTargets,
): PipTrial[] {
  const trials: PipTrial[] = [];
  for (const python of pairs.pythons)
    for (const platform of pairs.platforms) {
      const tags = supportedTags(python, platform);
      const found = projects.filter(({ project }) => {
        const { pythons, platforms } = targetsOf(project);
        return pythons.includes(python) && platforms.includes(platform);
      });
      const releases = found.map(({ project, files }) => ({
        project,
        versions: versionsOf(files.filter((file) => isWheelFor(file, project, tags))),
      }));
      const rounds = Math.max(0, ...releases.map(({ versions }) => versions.length));
      for (let round = 0; round < rounds; round += 1) {
        const chosen = releases.flatMap(({ project, versions }) =>
          (versions[round] ?? []).map((file) => ({ project, file })),
        );
        const [first] = [...chosen].sort((one, other) => one.file.size - other.file.size);
        if (first === undefined) continue;
        trials.push({
          python,
          platform,
          platforms: platformTags(platform),
          requirements: requirementsOf(chosen),
          twin: twinOf(first, chosen),
        });
      }
    }
  return trials;
}

/** Every wheel of it that fits: pip takes which of them it likes best. */
function twinOf({ project, file }: Wheel, chosen: readonly Wheel[]): PipTrial['twin'] {
  const wheels = chosen.filter((each) => each.project === project);
  return {
    project,
    version: file.version,
    paths: wheels.map((each) => filePath(each.file.digest, each.file.filename)),
  };
}

interface Wheel {
  readonly project: string;
  readonly file: ServedFile;
}

function isWheelFor({ filename }: ServedFile, project: string, tags: ReadonlySet<string>): boolean {
  const distribution = parseDistribution(filename, project);
  return distribution?.kind === 'wheel' && distribution.tags.some((tag) => tags.has(tag));
}

/** Files by version, in the order that they are listed in. */
function versionsOf(files: readonly ServedFile[]): ServedFile[][] {
  const versions = new Map<string, ServedFile[]>();
  for (const file of files) versions.set(file.version, [...(versions.get(file.version) ?? []), file]);
  return [...versions.values()];
}

/** Without hashes: then pip checks those of the index. */
const requirementsOf = (wheels: readonly Wheel[]): string[] => [
  ...new Set(wheels.map(({ project, file }) => `${project}==${file.version}`)),
];
