// SPDX-License-Identifier: Apache-2.0
// The secret store that lies in a Vault: a path of KV version 2 for each secret, check-and-set by version. Knows no secret's meaning.
import type { SecretRef } from '../../../workflows/contracts/box/brands.ts';
import type {
  ConsumerTemplate,
  VaultSettings,
} from '../../../workflows/contracts/credentials/secret-store.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import { jsonOrNull } from '../../../workflows/contracts/run/json.ts';
import { Failure } from '../failure.ts';
import type { SecretStore, StoredSecret } from '../secrets/secret-store.ts';
import { answerOf, isAbsent } from './vault-failure.ts';
import { VaultSession } from './vault-session.ts';

interface Versions {
  readonly data?: {
    readonly data?: Readonly<Record<string, unknown>> | null;
    readonly metadata?: { readonly version?: number };
  };
}

export class VaultSecretStore implements SecretStore {
  readonly #session: VaultSession;

  constructor(private readonly settings: VaultSettings) {
    this.#session = new VaultSession(settings);
  }

  async get(reference: SecretRef): Promise<StoredSecret | null> {
    const answer = await this.#read(reference);
    const data = answer?.data?.data;
    const version = answer?.data?.metadata?.version;
    if (data === undefined || data === null || version === undefined) return null;
    return { value: textOf(data), version };
  }

  async put(reference: SecretRef, value: string, expectedVersion: number): Promise<number> {
    const cas = expectedVersion === 0 ? await this.#versionOfDeleted(reference) : expectedVersion;
    const answer = (await this.#session
      .call((vault) => vault.write(this.#path('data', reference), { options: { cas }, data: dataOf(value) }))
      .catch((error: unknown) => {
        throw this.#conflictAt(error, reference, expectedVersion);
      })) as { data?: { version?: number } };
    const version = answer.data?.version;
    if (version === undefined)
      throw new Failure('Rejected', `Vault did not say which version of ${reference} it wrote`, {
        on: this.settings.address,
        hint: `Look whether ${this.settings.mount} is a mount of KV version 2`,
      });
    return version;
  }

  async remove(prefix: string): Promise<void> {
    const listed = await this.#session.call(async (vault) =>
      (vault.list(this.#path('metadata', prefix)) as Promise<{ data?: { keys?: string[] } }>).catch(
        (error: unknown) => {
          if (isAbsent(error)) return null;
          throw error;
        },
      ),
    );
    for (const key of listed?.data?.keys ?? [])
      if (key.endsWith('/')) await this.remove(`${prefix}/${key.slice(0, -1)}`);
      else await this.#forget(`${prefix}/${key}`);
    await this.#forget(prefix);
  }

  /** What others wrote beside a secret, such as consumers that use it. */
  async marks(reference: SecretRef): Promise<Readonly<Record<string, string>>> {
    const answer = await this.#session.call(async (vault) =>
      (
        vault.read(this.#path('metadata', reference)) as Promise<{
          data?: { custom_metadata?: Record<string, string> | null };
        }>
      ).catch((error: unknown) => {
        if (isAbsent(error)) return null;
        throw error;
      }),
    );
    return answer?.data?.custom_metadata ?? {};
  }

  /** What is wrong with the mount: only KV version 2 counts versions, by which two writers see each other. */
  async mountDifferences(): Promise<Difference[]> {
    const { mount } = this.settings;
    const answer = (await this.#session.call((vault) => vault.read(`sys/internal/ui/mounts/${mount}`))) as {
      data?: { type?: string; options?: { version?: string } | null };
    };
    const { type = 'none', options } = answer.data ?? {};
    const have = type === 'kv' ? `kv version ${options?.version ?? '1'}` : type;
    return have === 'kv version 2' ? [] : [{ what: `mount ${mount} of Vault`, have, want: 'kv version 2' }];
  }

  /** What consumers of another shape read. Null when there is nothing. */
  async readPlain(place: ConsumerTemplate, name: string): Promise<Readonly<Record<string, unknown>> | null> {
    const answer = await this.#session.call(async (vault) =>
      (vault.read(plainPath(place, name)) as Promise<{ data?: Record<string, unknown> }>).catch(
        (error: unknown) => {
          if (isAbsent(error)) return null;
          throw error;
        },
      ),
    );
    if (answer === null) return null;
    const data = place.version === 1 ? answer.data : answer.data?.['data'];
    return (data ?? null) as Readonly<Record<string, unknown>> | null;
  }

  /** Whole or not at all; without check-and-set, which version 1 does not have. */
  async writePlain(
    place: ConsumerTemplate,
    name: string,
    fields: Readonly<Record<string, string>>,
  ): Promise<void> {
    const body = place.version === 1 ? fields : { data: fields };
    await this.#session.call((vault) => vault.write(plainPath(place, name), body));
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  #conflictAt(error: unknown, reference: SecretRef, expectedVersion: number): unknown {
    if (!(error instanceof Failure && error.code === 'Conflict')) return error;
    return new Failure('Conflict', `The secret ${reference} is no longer at version ${expectedVersion}`, {
      on: this.settings.address,
      cause: error.facts.cause,
      hint: 'Read it again and decide anew',
    });
  }

  /** All versions of one path. Idempotent. */
  async #forget(path: string): Promise<void> {
    await this.#session.call((vault) => vault.delete(this.#path('metadata', path)));
  }

  /** Of a deleted secret Vault counts on: a write has to meet that count. 0 for one that never was. */
  async #versionOfDeleted(reference: SecretRef): Promise<number> {
    const answer = await this.#read(reference);
    const isThere = answer?.data?.data !== undefined && answer.data.data !== null;
    return isThere ? 0 : (answer?.data?.metadata?.version ?? 0);
  }

  /** Null for a path that never was. A deleted version answers 404 with its metadata. */
  #read(reference: SecretRef): Promise<Versions | null> {
    return this.#session.call(async (vault) =>
      (vault.read(this.#path('data', reference)) as Promise<Versions>).catch((error: unknown) => {
        if (!isAbsent(error)) throw error;
        return versionsOf(answerOf(error)?.body);
      }),
    );
  }

  #path(kind: 'data' | 'metadata', path: string): string {
    const parts = path.split('/');
    if (parts.some((part) => !/^[a-z0-9][a-z0-9._-]*$/i.test(part)))
      throw new Failure('Invariant', `Not a path of a secret: ${path}`, { on: 'secret store' });
    return `${this.settings.mount}/${kind}/${this.settings.prefix}/${path}`;
  }
}

/** Of an answer that says that nothing is there. */
const versionsOf = (body: unknown): Versions | null =>
  typeof body === 'object' && body !== null ? body : null;

const plainPath = ({ mount, path, version }: ConsumerTemplate, name: string): string =>
  version === 1 ? `${mount}/${path}/${name}` : `${mount}/data/${path}/${name}`;

/** Fields where there are any, so that templates of consumers name them. */
function dataOf(value: string): Readonly<Record<string, unknown>> {
  const parsed = jsonOrNull(value);
  const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  // One that has this key itself would be read as a text.
  return isObject && !('value' in parsed) ? (parsed as Record<string, unknown>) : { value };
}

function textOf(data: Readonly<Record<string, unknown>>): string {
  const { value, ...rest } = data;
  return typeof value === 'string' && Object.keys(rest).length === 0 ? value : JSON.stringify(data);
}
