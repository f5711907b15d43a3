// SPDX-License-Identifier: Apache-2.0
// The files of one ceremony below the state directory: each written once, each read as what it is or refused. Decides nothing.
import { dirname, join } from 'node:path';
import {
  ceremonyFiles,
  ceremonyFolder,
  sealFile,
  type Attestation,
  type Ceremony,
  type CeremonyFile,
  type CeremonyRef,
  type ImportRecord,
  type KeyRecord,
  type Seal,
  type Verification,
} from '../../../workflows/contracts/authority/ceremony.ts';
import {
  parseAttestation,
  parseCeremony,
  parseImportRecord,
  parseKeyRecord,
  parseSeal,
  parseVerification,
} from '../../../workflows/contracts/authority/ceremony.schema.ts';
import type { Parsed } from '../../../workflows/contracts/run/parse.schema.ts';
import { Failure } from '../failure.ts';
import { namesIn } from '../state/local-files.ts';
import { readBytes, writeOnce, writeOnceExactly } from '../state/written-once.ts';
import { readRecord, recordBytes } from './record-files.ts';

type BinaryFile = 'request' | 'toBeSigned' | 'certificate' | 'crlToBeSigned' | 'crl';

export class CeremonyRecords {
  readonly folder: string;

  constructor(
    stateDirectory: string,
    readonly ref: CeremonyRef,
  ) {
    this.folder = join(stateDirectory, ceremonyFolder(ref.authority, ref.generation));
  }

  path(file: CeremonyFile): string {
    return join(this.folder, ceremonyFiles[file]);
  }

  /** True once a token has done all it is asked for: a run that begins later need not have it plugged in again. */
  async hasAllOf(token: 'root' | 'intermediate'): Promise<boolean> {
    const files = token === 'root' ? (['certificate', 'crl'] as const) : (['key', 'request'] as const);
    const there = await Promise.all(files.map((file) => this.bytes(file)));
    return there.every((bytes) => bytes !== null);
  }

  /** Null when it is absent. @throws Failure Rejected when it cannot be read */
  bytes(file: CeremonyFile): Promise<Buffer | null> {
    return readBytes(this.path(file));
  }

  /** @throws Failure Unreachable when it is absent: an earlier step writes it */
  async require(file: BinaryFile): Promise<Buffer> {
    return (await this.bytes(file)) ?? this.#absent(ceremonyFiles[file]);
  }

  ceremony(): Promise<Ceremony | null> {
    return this.#json(ceremonyFiles.ceremony, parseCeremony);
  }

  async requireCeremony(): Promise<Ceremony> {
    return (await this.ceremony()) ?? this.#absent(ceremonyFiles.ceremony);
  }

  key(): Promise<KeyRecord | null> {
    return this.#json(ceremonyFiles.key, parseKeyRecord);
  }

  async requireKey(): Promise<KeyRecord> {
    return (await this.key()) ?? this.#absent(ceremonyFiles.key);
  }

  attestation(): Promise<Attestation | null> {
    return this.#json(ceremonyFiles.attestation, parseAttestation);
  }

  verification(): Promise<Verification | null> {
    return this.#json(ceremonyFiles.verification, parseVerification);
  }

  imported(): Promise<ImportRecord | null> {
    return this.#json(ceremonyFiles.imported, parseImportRecord);
  }

  /** True also of a ceremony that a release without this step sealed: nothing is added to it. */
  async isImportOver(): Promise<boolean> {
    return (await this.imported()) !== null || (await this.seal()) !== null;
  }

  seal(): Promise<Seal | null> {
    return this.#json(sealFile, parseSeal);
  }

  /** Of two writers the first one's stays: the caller reads again what is there. */
  async offer(file: CeremonyFile, content: Uint8Array | object): Promise<void> {
    await writeOnce(this.path(file), recordBytes(content));
  }

  /** @throws Failure Conflict when another content was written before */
  async write(file: CeremonyFile, content: Uint8Array | object): Promise<void> {
    await writeOnceExactly(this.path(file), recordBytes(content));
  }

  async writeSeal(seal: Seal): Promise<void> {
    await writeOnce(join(this.folder, sealFile), recordBytes(seal));
  }

  #json<T>(name: string, parse: (raw: unknown) => Parsed<T>): Promise<T | null> {
    return readRecord(join(this.folder, name), parse);
  }

  #absent(name: string): never {
    throw new Failure('Unreachable', `The ceremony has no ${name} yet`, { on: join(this.folder, name) });
  }
}

/** Generations of an authority that have a folder, ascending. */
export async function generationsOf(stateDirectory: string, authority: string): Promise<number[]> {
  const names = await namesIn(join(stateDirectory, dirname(ceremonyFolder(authority, 1))));
  return names
    .filter((name) => /^[1-9]\d*$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}
