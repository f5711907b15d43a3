// SPDX-License-Identifier: Apache-2.0
// The files of one CRL and of one revocation below the state directory: each written once. Decides nothing.
import { join } from 'node:path';
import {
  crlFiles,
  crlFolder,
  crlsFolder,
  revocationFile,
  revocationFolder,
  revocationsFolder,
  type CrlFile,
  type CrlReservation,
  type CrlSeal,
  type CrlTimes,
  type CrlVerification,
  type Revocation,
} from '../../../workflows/contracts/authority/root-crl.ts';
import {
  parseCrlReservation,
  parseCrlSeal,
  parseCrlTimes,
  parseCrlVerification,
  parseRevocation,
} from '../../../workflows/contracts/authority/root-crl.schema.ts';
import { sealFile } from '../../../workflows/contracts/authority/ceremony.ts';
import { Failure } from '../failure.ts';
import { namesIn } from '../state/local-files.ts';
import { readBytes, writeOnce, writeOnceExactly } from '../state/written-once.ts';
import { readRecord, recordBytes } from './record-files.ts';

export class CrlRecords {
  readonly folder: string;

  constructor(
    stateDirectory: string,
    readonly authority: string,
    readonly number: number,
  ) {
    this.folder = join(stateDirectory, crlFolder(authority, number));
  }

  path(file: CrlFile): string {
    return join(this.folder, crlFiles[file]);
  }

  /** Null when it is absent. @throws Failure Rejected when it cannot be read */
  bytes(file: CrlFile): Promise<Buffer | null> {
    return readBytes(this.path(file));
  }

  /** @throws Failure Unreachable when it is absent: an earlier step writes it */
  async require(file: 'toBeSigned' | 'crl'): Promise<Buffer> {
    return (await this.bytes(file)) ?? this.#absent(crlFiles[file]);
  }

  reservation(): Promise<CrlReservation | null> {
    return readRecord(this.path('reservation'), parseCrlReservation);
  }

  async requireReservation(): Promise<CrlReservation> {
    return (await this.reservation()) ?? this.#absent(crlFiles.reservation);
  }

  async requireTimes(): Promise<CrlTimes> {
    return (await readRecord(this.path('times'), parseCrlTimes)) ?? this.#absent(crlFiles.times);
  }

  verification(): Promise<CrlVerification | null> {
    return readRecord(this.path('verification'), parseCrlVerification);
  }

  seal(): Promise<CrlSeal | null> {
    return readRecord(join(this.folder, sealFile), parseCrlSeal);
  }

  /** Of two writers the first one's stays: the caller reads again what is there. */
  async offer(file: CrlFile, content: Uint8Array | object): Promise<void> {
    await writeOnce(this.path(file), recordBytes(content));
  }

  /** @throws Failure Conflict when another content was written before */
  async write(file: CrlFile, content: Uint8Array | object): Promise<void> {
    await writeOnceExactly(this.path(file), recordBytes(content));
  }

  async writeSeal(seal: CrlSeal): Promise<void> {
    await writeOnce(join(this.folder, sealFile), recordBytes(seal));
  }

  #absent(name: string): never {
    throw new Failure('Unreachable', `The CRL ${this.number} has no ${name} yet`, {
      on: join(this.folder, name),
    });
  }
}

/** Numbers of CRLs that were reserved, ascending; of ceremonies of earlier releases they stand in those. */
export async function reservedNumbers(stateDirectory: string, authority: string): Promise<number[]> {
  const names = await namesIn(join(stateDirectory, crlsFolder(authority)));
  return names
    .filter((name) => /^[1-9]\d*$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

export interface RevocationRecord {
  readonly revocation: Revocation;
  /** What people approve the digest of. */
  readonly bytes: Buffer;
  readonly folder: string;
}

/** Null when nobody asked for it. @throws Failure Rejected when it cannot be read */
export async function revocationRecord(
  stateDirectory: string,
  authority: string,
  serial: string,
): Promise<RevocationRecord | null> {
  const folder = join(stateDirectory, revocationFolder(authority, serial));
  const path = join(folder, revocationFile);
  const revocation = await readRecord(path, parseRevocation);
  const bytes = await readBytes(path);
  return revocation === null || bytes === null ? null : { revocation, bytes, folder };
}

/** The first request stays. */
export async function offerRevocation(stateDirectory: string, revocation: Revocation): Promise<void> {
  const folder = join(stateDirectory, revocationFolder(revocation.authority, revocation.serial));
  await writeOnce(join(folder, revocationFile), recordBytes(revocation));
}

/** Serial numbers of all revocations that were asked for, sorted. */
export async function revocationSerials(stateDirectory: string, authority: string): Promise<string[]> {
  const names = await namesIn(join(stateDirectory, revocationsFolder(authority)));
  return names.filter((name) => /^([0-9a-f]{2})+$/.test(name)).sort();
}
