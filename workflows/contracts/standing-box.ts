// SPDX-License-Identifier: Apache-2.0
// What a spec cannot ask of a box that stands already. Pure.
import type { Issue } from './box-spec.schema.ts';
import { releaseNames, type BoxSpec } from './box-spec.ts';

export interface StandingBox {
  /** As recorded. */
  readonly spec: BoxSpec;
  /** Debian's name of the release that the record names. */
  readonly recordedSuite: string;
  /** Of the image that it stands on; null when that is gone. */
  readonly suite: string | null;
}

/** What no install does: it changes no release, and takes no service away. */
export function lossesOf(spec: BoxSpec, standing: StandingBox): Issue[] {
  const { release } = standing.spec;
  const isBetween = standing.suite !== null && standing.suite !== standing.recordedSuite;
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
