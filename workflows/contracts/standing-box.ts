// SPDX-License-Identifier: Apache-2.0
// What a spec cannot ask of a box that stands already. Pure.
import type { Issue } from './box-spec.schema.ts';
import type { BoxSpec } from './box-spec.ts';

/** What no install does: it changes no release, and takes no service away. */
export function lossesOf(spec: BoxSpec, standing: Pick<BoxSpec, 'release' | 'services'>): Issue[] {
  const { name } = spec;
  const keep = `install a box of another name, or destroy this one first: holdfast box destroy ${name}`;
  const release = { path: 'release', message: `Box ${name} stands on ${standing.release}; ${keep}` };
  const lost = standing.services.filter((service) => !spec.services.includes(service));
  return [
    ...(standing.release === spec.release ? [] : [release]),
    ...lost.map((service) => ({
      path: 'services',
      message: `Box ${name} has ${service}, which is not taken away from it; ${keep}`,
    })),
  ];
}
