// SPDX-License-Identifier: Apache-2.0
// What a spec cannot ask of a box that stands already. Changes nothing.
// Touches: machine directory (reads), state directory (reads)
import { releaseNames, type BoxSpec } from '../../workflows/contracts/box-spec.ts';
import { parseBoxSpec, type Issue } from '../../workflows/contracts/box-spec.schema.ts';
import { profiles } from '../../profiles/index.ts';
import { recordedImage, suiteOf } from '../box/image.ts';
import { specPath } from '../box/spec.ts';
import { readJson } from '../clients/local-files.ts';

interface Standing {
  /** As recorded. */
  readonly spec: BoxSpec;
  /** Debian's name of the release of the image that it stands on; null when that is gone. */
  readonly suite: string | null;
}

/** Null for a box that is not there, or whose record cannot be read: the rows tell of that. */
export async function standingBox(name: string, stateDirectory: string): Promise<Standing | null> {
  const image = await recordedImage(name);
  const parsed = parseBoxSpec(await readJson(specPath(stateDirectory, name)));
  if (image === null || !parsed.ok) return null;
  return { spec: parsed.value, suite: await suiteOf(image).catch(() => null) };
}

/** What no install does: it changes no release, and takes no service away. */
export async function lossesOf(spec: BoxSpec, stateDirectory: string): Promise<Issue[]> {
  const standing = await standingBox(spec.name, stateDirectory);
  if (standing === null) return [];
  const { release } = standing.spec;
  const isBetween = standing.suite !== null && standing.suite !== profiles[release].suite;
  if (!isBetween && release === spec.release) return servicesLost(spec, standing.spec);
  const where = isBetween ? `is on its way from ${release}` : `stands on ${release}`;
  const next = 'holdfast box upgrade FILE, with the spec of the next release';
  return [{ path: 'release', message: `Box ${spec.name} ${where}; ${next}` }];
}

/** What no upgrade does: it goes to a later release, with every service. */
export function upgradeIssues(spec: BoxSpec, standing: BoxSpec): Issue[] {
  const isLater = releaseNames.indexOf(spec.release) < releaseNames.indexOf(standing.release);
  const message = `Box ${spec.name} stands on ${standing.release}; ${spec.release} is no later one`;
  return [...(isLater ? [] : [{ path: 'release', message }]), ...servicesLost(spec, standing)];
}

function servicesLost(spec: BoxSpec, standing: BoxSpec): Issue[] {
  const { name } = spec;
  const lost = standing.services.filter((service) => !spec.services.includes(service));
  const keep = `install a box of another name, or destroy this one first: holdfast box destroy ${name}`;
  return lost.map((service) => ({
    path: 'services',
    message: `Box ${name} has ${service}, which is not taken away from it; ${keep}`,
  }));
}
