// SPDX-License-Identifier: Apache-2.0
// What a new spec no longer names and an install leaves in the cloud. Pure.
import type { BoxSpec } from '../../workflows/contracts/box/box-spec.ts';

/** A line for each thing that stays; none when the new spec names all that the recorded one does. */
export function leftBehind(recorded: BoxSpec, wanted: BoxSpec): string[] {
  const isMissing = <T extends { readonly name: string }>(before: readonly T[], after: readonly T[]): T[] =>
    before.filter(({ name }) => !after.some((other) => other.name === name));
  const projects = isMissing(recorded.seeds.projects, wanted.seeds.projects);
  const images = isMissing(recorded.seeds.images ?? [], wanted.seeds.images ?? []);
  const { wireguard } = recorded.access;
  return [
    ...(wireguard === undefined || wanted.access.wireguard !== undefined
      ? []
      : ['the box’s end of its tunnels, which no port of this machine leads to any more']),
    ...(recorded.region === wanted.region ? [] : [`region ${recorded.region}, with its endpoints`]),
    ...projects.map(({ name }) => `project ${name}, with what it holds`),
    ...images.map(({ name }) => `image ${name}`),
    ...(recorded.seeds.test !== null && wanted.seeds.test === null
      ? ['domain, project and user test, with their network']
      : []),
  ].map((what) => `  = stays  ${what}: the new spec does not name it, and an install removes nothing`);
}
