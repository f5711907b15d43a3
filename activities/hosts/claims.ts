// SPDX-License-Identifier: Apache-2.0
// Which networks and addresses of this machine belong to which box: claimed under one lock before they are used.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { overlaps, parseCidr } from '../../workflows/contracts/box/cidr.ts';
import { externalCidrOf, type BoxSpec } from '../../workflows/contracts/box/box-spec.ts';
import { Failure } from '../clients/failure.ts';
import { namesIn, writeFileAtomically } from '../clients/state/local-files.ts';
import { parseObject, readRecord } from '../clients/state/records.ts';
import { withFileLock } from './file-lock.ts';
import { claimsDirectory } from './places.ts';

export interface Claim {
  readonly box: string;
  /** In CIDR notation, by the key of the spec that names it. */
  readonly networks: Readonly<Record<string, string>>;
  /** Of this machine, under which others reach the box; null: none. */
  readonly address: string | null;
  /** Address and UDP port of this machine at which its tunnels begin. Default: it has none. */
  readonly tunnel?: string;
}

export interface ClaimConflict {
  /** `network 10.0.0.0/24`. */
  readonly what: string;
  /** Of the spec, where another one is chosen. */
  readonly key: string;
  /** Who has it. */
  readonly box: string;
}

export function claimOf(spec: BoxSpec): Claim {
  const { management } = spec.networks;
  const { wireguard } = spec.access;
  const externalNetwork = externalCidrOf(spec);
  return {
    box: spec.name,
    networks: {
      'networks.management.cidr': management.cidr,
      ...(externalNetwork !== null && { 'networks.public.cidr': externalNetwork }),
    },
    address: ownAddress(spec.access.address, management.address),
    ...(wireguard !== undefined && { tunnel: `${wireguard.address}:${wireguard.port}` }),
  };
}

/** The box's own address lies in its network, which is claimed anyway. */
export function ownAddress(address: string | undefined, management: string): string | null {
  return address === undefined || address === management ? null : address;
}

/** Null when the box claims nothing. @throws Failure Rejected when the record cannot be read or is damaged */
export function readClaim(box: string, directory = claimsDirectory): Promise<Claim | null> {
  return readRecord(claimPath(box, directory), {
    what: `claim of box ${box}`,
    parse: parseClaim,
    next: `start again what was refused; the next install of ${box} claims anew`,
  });
}

/** What other boxes have. @throws Failure Rejected when one of their claims cannot be read */
export async function claimConflicts(claim: Claim, directory = claimsDirectory): Promise<ClaimConflict[]> {
  const conflicts: ClaimConflict[] = [];
  for (const box of await claimants(directory)) {
    const other = box === claim.box ? null : await readClaim(box, directory);
    if (other !== null) conflicts.push(...conflictsBetween(claim, other));
  }
  return conflicts;
}

/** Replaces what the box claimed before. Idempotent. @throws Failure Conflict when another box has a part of it */
export async function takeClaim(claim: Claim, directory = claimsDirectory): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await withFileLock(join(directory, 'lock'), async () => {
    refuseOtherKind(claim, await readClaim(claim.box, directory));
    const [conflict] = await claimConflicts(claim, directory);
    if (conflict !== undefined) {
      throw new Failure('Conflict', `The ${conflict.what} is claimed by box ${conflict.box}`, {
        on: claimPath(conflict.box, directory),
        hint: `Choose another ${conflict.key}, or: holdfast box destroy ${conflict.box}`,
      });
    }
    await writeFileAtomically(claimPath(claim.box, directory), `${JSON.stringify(claim)}\n`, 0o600);
  });
}

/** A mirror is a container as a box is: under the name of the other one, it would be laid on another image. */
function refuseOtherKind(claim: Claim, present: Claim | null): void {
  const isMirror = ({ networks }: Claim): boolean => Object.hasOwn(networks, 'network.cidr');
  if (present === null || isMirror(present) === isMirror(claim)) return;
  const kind = isMirror(present) ? 'mirror' : 'box';
  throw new Failure('Conflict', `This machine has a ${kind} named ${claim.box}`, {
    on: claimPath(claim.box),
    hint: 'Choose another name',
  });
}

/** Idempotent. */
export async function giveClaimBack(box: string): Promise<void> {
  await rm(claimPath(box), { force: true });
}

export const claimPath = (box: string, directory = claimsDirectory): string => join(directory, `${box}.json`);

async function claimants(directory: string): Promise<string[]> {
  const names = await namesIn(directory);
  return names.flatMap((name) => /^(.+)\.json$/.exec(name)?.[1] ?? []).sort();
}

function conflictsBetween(claim: Claim, other: Claim): ClaimConflict[] {
  const taken = Object.values(other.networks).map(parseCidr);
  const networks = Object.entries(claim.networks).filter(([, cidr]) => {
    const wanted = parseCidr(cidr);
    return taken.some((each) => wanted !== null && each !== null && overlaps(wanted, each));
  });
  const { box } = other;
  const conflicts = networks.map(([key, cidr]) => ({ what: `network ${cidr}`, key, box }));
  if (claim.tunnel !== undefined && claim.tunnel === other.tunnel)
    conflicts.push({ what: `UDP port ${claim.tunnel}`, key: 'access.wireguard.port', box });
  if (claim.address === null || claim.address !== other.address) return conflicts;
  return [...conflicts, { what: `address ${claim.address}`, key: 'access.address', box }];
}

function parseClaim(text: string): Claim {
  const { box, networks, address, tunnel } = parseObject(text);
  if (typeof box !== 'string') throw new Error('it names no box');
  if (address !== null && typeof address !== 'string') throw new Error('its address is not a text');
  if (tunnel !== undefined && typeof tunnel !== 'string') throw new Error('its tunnel is not a text');
  const ranges = parseObject(JSON.stringify(networks ?? null));
  const isNetwork = (each: unknown): boolean => typeof each === 'string' && parseCidr(each) !== null;
  if (!Object.values(ranges).every(isNetwork)) throw new Error('one of its networks is not a network');
  const claim = { box, networks: ranges as Readonly<Record<string, string>>, address };
  return tunnel === undefined ? claim : { ...claim, tunnel };
}
