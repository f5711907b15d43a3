// SPDX-License-Identifier: Apache-2.0
// The machine itself: root, programs, kernel, memory, disk, clock, package sources. The preflight's checks, without a box.
import { readFile } from 'node:fs/promises';
import { machineFindings as roomFindings, toolFindings } from '../../../activities/host/preflight-machine.ts';
import { placeFindings } from '../../../activities/host/preflight-places.ts';
import { byApt, sourceFindings } from '../../../activities/host/preflight-sources.ts';
import { debianSources } from '../../../activities/clients/machine/debian-sources.ts';
import { asStepFailure } from '../../../activities/clients/failure.ts';
import { machineDirectory } from '../../../activities/hosts/places.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import { proxiesOf, type SuperviseSettings } from '../../embedded/supervise-settings.ts';
import type { Finding } from './finding.ts';

/** What one small box and its image need, MiB. @source an image of 860 MB, its packages of 170 MB, a box of 300 MB */
const least = { diskFreeMebibytesMin: 2500, memoryMebibytesMin: 1024, processorsMin: 1 };

export async function machineFindings({
  stateDirectory,
  cacheDirectory,
  environment,
}: SuperviseSettings): Promise<Finding[]> {
  const [tools, places, room, sources] = await Promise.all([
    toolFindings(),
    placeFindings([machineDirectory, cacheDirectory]),
    roomFindings(least, [...new Set([machineDirectory, stateDirectory, cacheDirectory])]),
    debianFindings(proxiesOf(environment)),
  ]);
  return [
    ...orFine(tools, 'root, programs and kernel', 'all that boxes need is here'),
    ...orFine(places, 'places of images and boxes', 'images and boxes can lie where they are to lie'),
    ...orFine(room, 'memory and disk', 'enough for another box'),
    ...sources,
  ];
}

/** A silent source hinders new images only; a wrong clock breaks every certificate. */
async function debianFindings(proxies: Readonly<Record<string, string>>): Promise<Finding[]> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const suite = /^VERSION_CODENAME=(\w+)/m.exec(release)?.[1] ?? 'stable';
  const sources = await debianSources(suite, undefined).catch((error: unknown) =>
    asStepFailure(error, 'apt'),
  );
  if (sources !== null && 'code' in sources) {
    const { message, hint } = sources;
    return [{ level: 'wrong', what: 'package sources', found: message, next: hint }];
  }
  if (sources === null) {
    const next = 'name debian.mirror in the specs of boxes';
    return [{ level: 'note', what: 'package sources', found: 'this machine has none of Debian', next }];
  }
  const differences = await sourceFindings(sources.releases, byApt(proxies));
  const isClock = ({ what }: Difference): boolean => what.startsWith('clock');
  return [
    ...orFine(differences.filter(isClock), 'clock', 'not told to be wrong'),
    ...orFine(
      differences.filter((difference) => !isClock(difference)),
      'package sources',
      'they answer',
      'note',
    ),
  ];
}

function orFine(
  differences: readonly Difference[],
  what: string,
  found: string,
  level: 'wrong' | 'note' = 'wrong',
): Finding[] {
  if (differences.length === 0) return [{ level: 'ok', what, found }];
  return differences.map((each) => ({ level, what: each.what, found: each.have, next: each.want }));
}
