// SPDX-License-Identifier: Apache-2.0
// How far each ceremony of an authority came and which CRLs its root signed, by their records. Judges no signature: the ceremony itself did.
import { join } from 'node:path';
import { authorityFolder } from '../../workflows/contracts/authority/authority-spec.ts';
import {
  ceremonyFiles,
  ceremonyFolder,
  sealFile,
  type Ceremony,
  type Seal,
  type Verification,
} from '../../workflows/contracts/authority/ceremony.ts';
import {
  parseCeremony,
  parseSeal,
  parseVerification,
} from '../../workflows/contracts/authority/ceremony.schema.ts';
import {
  crlFiles,
  crlFolder,
  crlsFolder,
  plainSerial,
  revocationFile,
  revocationFolder,
  revocationsFolder,
  type CrlReservation,
  type CrlTimes,
  type Revocation,
} from '../../workflows/contracts/authority/root-crl.ts';
import {
  parseCrlReservation,
  parseCrlTimes,
  parseRevocation,
} from '../../workflows/contracts/authority/root-crl.schema.ts';
import { parseActivation } from '../../workflows/contracts/authority/server.schema.ts';
import { activationFile, type Activation } from '../../workflows/contracts/authority/server.ts';
import { jsonOrNull } from '../../workflows/contracts/run/json.ts';
import type { Parsed } from '../../workflows/contracts/run/parse.schema.ts';
import type { CommandContext } from '../command.ts';
import { CliError } from '../terminal/cli-error.ts';

export interface CeremonyStatus {
  readonly generation: number;
  readonly ceremony: Ceremony;
  /** Null before the chain was judged. */
  readonly verification: Verification | null;
  /** Null before the records were sealed. */
  readonly seal: Seal | null;
  readonly folder: string;
}

/** Of all generations, oldest first. @throws CliError when a record cannot be read */
export async function ceremoniesOf(context: CommandContext, authority: string): Promise<CeremonyStatus[]> {
  const { io, stateDirectory } = context;
  const names = await io.listFolders(join(stateDirectory, authorityFolder(authority), 'ceremonies'));
  const generations = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const all: CeremonyStatus[] = [];
  for (const generation of generations.sort((a, b) => a - b)) {
    const folder = join(stateDirectory, ceremonyFolder(authority, generation));
    const ceremony = await read(context, join(folder, ceremonyFiles.ceremony), parseCeremony);
    // A folder whose first record was never written holds no ceremony.
    if (ceremony === null) continue;
    all.push({
      generation,
      ceremony,
      verification: await read(context, join(folder, ceremonyFiles.verification), parseVerification),
      seal: await read(context, join(folder, sealFile), parseSeal),
      folder,
    });
  }
  return all;
}

/**
 * The serial number of the certificate that a generation names, or the serial number itself.
 * @throws CliError (exit 2) for a generation without one, and for what is neither
 */
export async function serialOf(context: CommandContext, authority: string, which: string): Promise<string> {
  const all = await ceremoniesOf(context, authority);
  const known = all.map(({ generation, ceremony }) => `${generation}: ${ceremony.serialNumber}`);
  const refused = (message: string): CliError =>
    new CliError('usage', message, {
      details: known.length === 0 ? ['no certificate was issued here'] : known,
      next: `holdfast ca status ${authority}`,
    });
  if (/^\d{1,4}$/.test(which)) {
    const found = all.find(({ generation }) => generation === Number(which));
    if (found !== undefined) return found.ceremony.serialNumber;
    throw refused(`${authority} has no generation ${which}`);
  }
  const serial = which.toLowerCase().replaceAll(':', '');
  if (/^([0-9a-f]{2}){1,20}$/.test(serial)) return plainSerial(serial);
  throw refused(`${JSON.stringify(which)} is neither a generation nor a serial number`);
}

/** One CRL of a root, by its records. */
export interface CrlStatus {
  readonly number: number;
  readonly reservation: CrlReservation;
  /** Null before the root signed it. */
  readonly times: CrlTimes | null;
  readonly isSigned: boolean;
  readonly folder: string;
}

/** Of all numbers, lowest first; without those that ceremonies of earlier releases signed. @throws CliError when a record cannot be read */
async function crlsOf(context: CommandContext, authority: string): Promise<CrlStatus[]> {
  const { io, stateDirectory } = context;
  const names = await io.listFolders(join(stateDirectory, crlsFolder(authority)));
  const all: CrlStatus[] = [];
  for (const number of names
    .filter((name) => /^[1-9]\d*$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)) {
    const folder = join(stateDirectory, crlFolder(authority, number));
    const reservation = await read(context, join(folder, crlFiles.reservation), parseCrlReservation);
    if (reservation === null) continue;
    all.push({
      number,
      reservation,
      times: await read(context, join(folder, crlFiles.times), parseCrlTimes),
      isSigned: (await io.readBytes(join(folder, crlFiles.crl))) !== null,
      folder,
    });
  }
  return all;
}

/** A certificate that people asked to revoke. */
export interface RevocationStatus {
  readonly serial: string;
  readonly revocation: Revocation;
}

/** Sorted by serial number. @throws CliError when a record cannot be read */
async function revocationsOf(context: CommandContext, authority: string): Promise<RevocationStatus[]> {
  const { io, stateDirectory } = context;
  const all: RevocationStatus[] = [];
  for (const serial of (await io.listFolders(join(stateDirectory, revocationsFolder(authority)))).sort()) {
    const path = join(stateDirectory, revocationFolder(authority, serial), revocationFile);
    const revocation = await read(context, path, parseRevocation);
    if (revocation !== null) all.push({ serial, revocation });
  }
  return all;
}

/** Which generation step-ca issues by; null before the first activation. @throws CliError when the record cannot be read */
const activationOf = (context: CommandContext, authority: string): Promise<Activation | null> =>
  read(context, join(context.stateDirectory, activationFile(authority)), parseActivation);

async function read<T>(
  { io }: CommandContext,
  path: string,
  parse: (raw: unknown) => Parsed<T>,
): Promise<T | null> {
  const text = await io.readText(path);
  if (text === null) return null;
  const parsed = parse(jsonOrNull(text));
  if (parsed.ok) return parsed.value;
  throw new CliError('failed', `The record ${path} cannot be read`, {
    details: parsed.issues.map((issue) => `${issue.path}: ${issue.message}`),
    next: 'holdfast restore FILE',
  });
}

export interface AuthorityRecords {
  readonly ceremonies: readonly CeremonyStatus[];
  readonly crls: readonly CrlStatus[];
  readonly revocations: readonly RevocationStatus[];
  readonly active: Activation | null;
}

/** All that was recorded of an authority's ceremonies. */
export async function authorityRecordsOf(context: CommandContext, name: string): Promise<AuthorityRecords> {
  return {
    ceremonies: await ceremoniesOf(context, name),
    crls: await crlsOf(context, name),
    revocations: await revocationsOf(context, name),
    active: await activationOf(context, name),
  };
}
