// SPDX-License-Identifier: Apache-2.0
// The embedded secret store: one age-encrypted file per version, check-and-set by version. Knows no secret's meaning.
import { createHash, randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readdir, readFile, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Decrypter, Encrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import type { SecretRef } from '../../../workflows/contracts/box/brands.ts';
import { Failure } from '../failure.ts';
import { readText } from '../state/local-files.ts';
import { unfinishedFile } from '../state/unfinished-file.ts';

export interface StoredSecret {
  readonly value: string;
  /** From 1, one higher with each put. */
  readonly version: number;
}

/** The value of a secret. @throws Failure Unreachable when it does not exist yet */
export async function storedSecret(secrets: SecretStore, reference: SecretRef): Promise<string> {
  const stored = await secrets.get(reference);
  if (stored !== null) return stored.value;
  throw new Failure('Unreachable', `The secret ${reference} does not exist yet`, { on: 'secret store' });
}

/** The port of every secret store. */
export interface SecretStore {
  /** Null when there is none. @throws Failure Rejected when it cannot be decrypted */
  get(reference: SecretRef): Promise<StoredSecret | null>;
  /** Stores the value as version `expectedVersion + 1`. @throws Failure Conflict when another version stands there */
  put(reference: SecretRef, value: string, expectedVersion: number): Promise<number>;
  /** Removes all secrets below a path. Idempotent. */
  remove(prefix: string): Promise<void>;
  /** What others wrote beside a secret, by keys. Nothing in a store that only we reach. */
  marks(reference: SecretRef): Promise<Readonly<Record<string, string>>>;
  /** Ends what the store holds open. The next call opens it again. */
  close(): Promise<void>;
}

export class EmbeddedSecretStore implements SecretStore {
  #identity: Promise<string> | null = null;
  readonly #decrypted = new Decrypted();

  constructor(private readonly directory: string) {}

  async get(reference: SecretRef): Promise<StoredSecret | null> {
    const version = await this.#version(reference);
    if (version === 0) return null;
    const bytes = await readFile(this.#path(reference, version));
    const known = this.#decrypted.get(bytes);
    if (known !== undefined) return { value: known, version };
    const decrypter = new Decrypter();
    const identity = await this.#identityOf();
    try {
      decrypter.addIdentity(identity);
    } catch (error) {
      throw this.#noIdentity(error);
    }
    const value = await decrypter.decrypt(bytes, 'text').catch((error: unknown) => {
      throw new Failure('Rejected', `The secret ${reference} cannot be decrypted`, {
        on: this.directory,
        cause: error,
        hint: `Restore ${join(this.directory, 'identity')} from a backup: without it the stored secrets are lost`,
      });
    });
    this.#decrypted.add(bytes, value);
    return { value, version };
  }

  async put(reference: SecretRef, value: string, expectedVersion: number): Promise<number> {
    const encrypter = new Encrypter();
    const identity = await this.#identityOf();
    const recipient = await identityToRecipient(identity).catch((error: unknown) => {
      throw this.#noIdentity(error);
    });
    encrypter.addRecipient(recipient);
    const target = this.#path(reference, expectedVersion + 1);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    if ((await this.#version(reference)) !== expectedVersion) throw conflict(reference, expectedVersion);
    const bytes = await encrypter.encrypt(value);
    await writeOnce(target, bytes, () => conflict(reference, expectedVersion));
    this.#decrypted.add(bytes, value);
    return expectedVersion + 1;
  }

  async remove(prefix: string): Promise<void> {
    await rm(join(this.directory, ...segments(prefix)), { recursive: true, force: true });
  }

  marks(): Promise<Readonly<Record<string, string>>> {
    return Promise.resolve({});
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #version(reference: SecretRef): Promise<number> {
    const names = await readdir(dirname(this.#path(reference, 1))).catch(() => []);
    return Math.max(0, ...names.map((name) => Number(/^(\d+)\.age$/.exec(name)?.[1] ?? 0)));
  }

  #path(reference: SecretRef, version: number): string {
    return join(this.directory, ...segments(reference), `${version}.age`);
  }

  /** The store's own key; made at the first use. A failure is not kept: the next call tries again. */
  #identityOf(): Promise<string> {
    this.#identity ??= this.#readOrMakeIdentity().catch((error: unknown) => {
      this.#identity = null;
      throw error;
    });
    return this.#identity;
  }

  async #readOrMakeIdentity(): Promise<string> {
    const path = join(this.directory, 'identity');
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    await chmod(this.directory, 0o700);
    const present = await readText(path);
    if (present !== null) return present.trim();
    // A store that holds secrets had an identity: a new one would make them unreadable for good.
    const held = (await readdir(this.directory, { recursive: true })).some((name) => name.endsWith('.age'));
    if (held) throw this.#noIdentity(new Error('its file is gone'));
    const taken = new Error('made by another process');
    await writeOnce(path, new TextEncoder().encode(`${await generateIdentity()}\n`), () => taken).catch(
      (error: unknown) => {
        if (error !== taken) throw error;
      },
    );
    const made = await readText(path);
    if (made === null) throw this.#noIdentity(new Error('its file vanished'));
    return made.trim();
  }

  #noIdentity(cause: unknown): Failure {
    return new Failure('Rejected', 'The identity of the secret store cannot be used', {
      on: this.directory,
      cause,
      hint: `Restore ${join(this.directory, 'identity')} from a backup: without it the stored secrets are lost`,
    });
  }
}

/** @source a rotation of 50 users reads four records of each, in turn */
const decryptedMax = 256;

/** What was decrypted last, by the bytes that it came from: a file that changed is another one. It takes 10 ms to decrypt one. */
class Decrypted {
  readonly #values = new Map<string, string>();

  get(bytes: Uint8Array): string | undefined {
    return this.#values.get(keyOf(bytes));
  }

  add(bytes: Uint8Array, value: string): void {
    this.#values.set(keyOf(bytes), value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > decryptedMax && oldest !== undefined) this.#values.delete(oldest);
  }
}

const keyOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');

function segments(path: string): string[] {
  const parts = path.split('/');
  if (parts.some((part) => !/^[a-z0-9][a-z0-9._-]*$/i.test(part))) {
    throw new Failure('Invariant', `Not a path of a secret: ${path}`, { on: 'secret store' });
  }
  return parts;
}

/** Creates a file of mode 0600 whole or not at all; `link` refuses when the name is taken. */
async function writeOnce(path: string, bytes: Uint8Array, taken: () => Error): Promise<void> {
  const temporary = await unfinishedFile(path);
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(temporary, path);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? taken() : error;
  } finally {
    await unlink(temporary);
  }
}

function conflict(reference: SecretRef, expectedVersion: number): Failure {
  return new Failure('Conflict', `The secret ${reference} is no longer at version ${expectedVersion}`, {
    on: 'secret store',
    hint: 'Read it again and decide anew',
  });
}

/** 256 bits from the system, in letters that need no quoting anywhere. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}
