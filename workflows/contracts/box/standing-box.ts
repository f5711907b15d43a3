// SPDX-License-Identifier: Apache-2.0
// What a spec cannot ask of a box that stands already. Pure.
import type { Issue } from '../run/parse.schema.ts';
import { releaseNames, type BoxSpec } from './box-spec.ts';
import type { DatabaseDriver } from '../database/database-driver.ts';

export interface StandingBox {
  /** As recorded. */
  readonly spec: BoxSpec;
  /** Debian's name of the release that the record names. */
  readonly recordedSuite: string;
  /** Of the image of the box; null when that is gone. */
  readonly suite: string | null;
}

/** What no install does: it changes no release, and takes no service away. */
export function lossesOf(spec: BoxSpec, standing: StandingBox): Issue[] {
  const { release } = standing.spec;
  const isBetween = standing.suite !== null && standing.suite !== standing.recordedSuite;
  if (!isBetween && release === spec.release) return servicesLost(spec, standing.spec);
  const where = isBetween ? `is on its way from ${release}` : `has ${release}`;
  const next = 'holdfast box upgrade FILE, with the spec of the next release';
  return [{ path: 'release', message: `Box ${spec.name} ${where}; ${next}` }];
}

/** What no upgrade does: it goes to a later release, with every service. */
export function upgradeIssues(spec: BoxSpec, standing: BoxSpec): Issue[] {
  const isLater = releaseNames.indexOf(spec.release) < releaseNames.indexOf(standing.release);
  const message = `Box ${spec.name} has ${standing.release}; ${spec.release} is not a later release`;
  return [...(isLater ? [] : [{ path: 'release', message }]), ...servicesLost(spec, standing)];
}

/** Databases that are none of an install's: an upgrade would leave them in the PostgreSQL of the release before. */
export function databasesLeft(standing: BoxSpec, drivers: Readonly<Record<string, DatabaseDriver>>): Issue[] {
  const { name, packages = [] } = standing;
  const left = Object.values(drivers).filter((driver) =>
    driver.packages.some((each) => packages.includes(each)),
  );
  return left.map(({ title, urls }) => {
    const databases = urls.map(({ database }) => database).join(' and ');
    const message = `Box ${name} has ${title}: no upgrade takes its database ${databases} along`;
    return { path: 'packages', message };
  });
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
