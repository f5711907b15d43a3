// SPDX-License-Identifier: Apache-2.0
// What a spec cannot ask of a box that stands already. Reads its record; changes nothing.
import type { BoxSpec } from '../../workflows/contracts/box-spec.ts';
import { parseBoxSpec, type Issue } from '../../workflows/contracts/box-spec.schema.ts';
import { recordedImage } from '../box/image.ts';
import { specPath } from '../box/spec.ts';
import { readJson } from '../clients/local-files.ts';

/** Empty for a box that is not there, or whose record cannot be read: the rows tell of that. */
export async function lossesOf(spec: BoxSpec, stateDirectory: string): Promise<Issue[]> {
  const { name } = spec;
  if ((await recordedImage(name)) === null) return [];
  const parsed = parseBoxSpec(await readJson(specPath(stateDirectory, name)));
  if (!parsed.ok) return [];
  const { release, services } = parsed.value;
  const lost = services.filter((service) => !spec.services.includes(service));
  const keep = `install a box of another name, or destroy this one first: holdfast box destroy ${name}`;
  return [
    ...(release === spec.release
      ? []
      : [{ path: 'release', message: `Box ${name} stands on ${release} and stays there; ${keep}` }]),
    ...lost.map((service) => ({
      path: 'services',
      message: `Box ${name} has ${service}, which is not taken away from it; ${keep}`,
    })),
  ];
}
