// SPDX-License-Identifier: Apache-2.0
// What the keys of a box's spec say against each other, each where it is mended. Pure; each key by itself is the schema's.
import { externalCidrOf, hasGuests, type BoxSpec } from '../box-spec.ts';
import { overlaps, parseCidr } from '../cidr.ts';
import { everySeconds, keyRotationSecondsMin } from '../schedules.ts';

export interface Contradiction {
  readonly path: (string | number)[];
  readonly message: string;
}

export function contradictionsOf(spec: BoxSpec): Contradiction[] {
  return [...ofSchedules(spec), ...ofServices(spec), ...ofCertificates(spec), ...ofNetworks(spec)];
}

function ofSchedules({ schedules }: BoxSpec): Contradiction[] {
  const seconds = everySeconds(schedules?.rotateKeysEvery ?? 'never');
  if (typeof seconds !== 'number' || seconds >= keyRotationSecondsMin) return [];
  const message = 'Must be 3d at least: tokens by the former keys are of use for two days and an hour';
  return [{ path: ['schedules', 'rotateKeysEvery'], message }];
}

function ofServices({ release, services, seeds }: BoxSpec): Contradiction[] {
  const found: Contradiction[] = [];
  if (release !== 'debian-13' && services.includes('volume')) {
    const message = `Volumes are for debian-13: no migration of Cinder's databases was seen on ${release}`;
    found.push({ path: ['services', services.indexOf('volume')], message });
  }
  if ((seeds.images ?? []).length > 0 && !services.includes('image'))
    found.push({ path: ['seeds', 'images'], message: 'Images need the service image' });
  return found;
}

function ofCertificates({ certificates: { authority }, access }: BoxSpec): Contradiction[] {
  if (authority === undefined || access.name !== undefined) return [];
  const message = `Missing: a certificate of authority ${authority} is for a DNS name`;
  return [{ path: ['access', 'name'], message }];
}

function ofNetworks(spec: BoxSpec): Contradiction[] {
  const { networks, access } = spec;
  const management = networks.management.cidr;
  const external = externalCidrOf(spec);
  const found: Contradiction[] = [];
  const tunnels = parseCidr(access.wireguard?.cidr ?? '');
  for (const other of [management, external]) {
    const range = parseCidr(other ?? '');
    if (tunnels === null || range === null || !overlaps(tunnels, range)) continue;
    const message = `Overlaps ${other}, a network of the box`;
    found.push({ path: ['access', 'wireguard', 'cidr'], message });
  }
  // What is no network at all is refused where it stands.
  if (parseCidr(management) !== null && hasGuests(spec) && external === null) {
    const message = `Name the range of floating IPs: ${management} is too large to choose one beside it`;
    found.push({ path: ['networks', 'public', 'cidr'], message });
  }
  return found;
}
