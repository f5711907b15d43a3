// SPDX-License-Identifier: Apache-2.0
// The secret store in Vault, against a double of Vault's answers: versions, logins, seals, and what never leaves it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../activities/clients/failure.ts';
import {
  createAuthority,
  issue,
  type KeyedCertificate,
} from '../../activities/clients/secrets/certificates.ts';
import { VaultSecretStore } from '../../activities/clients/vault/vault-store.ts';
import { secretRef } from '../../workflows/contracts/box/brands.ts';
import type { VaultSettings } from '../../workflows/contracts/credentials/secret-store.ts';
import { secretStoreContract } from './secret-store-contract.ts';
import { VaultDouble } from './vault-double.ts';

const sentinel = 'sentinel-of-a-secret-9b1f';
const reference = secretRef('clouds/lab/credentials/nova/published');
let folder: string;
let authority: KeyedCertificate;
let double: VaultDouble;
let settings: VaultSettings;

const store = (change: Partial<VaultSettings> = {}) => new VaultSecretStore({ ...settings, ...change });

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Failure)) throw new Error(`A Failure was expected, not ${String(error)}`);
  expect(JSON.stringify(error.toStepFailure())).not.toContain(sentinel);
  return error;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-vault-'));
  authority = await createAuthority('test', 1);
  const files = { certificatePath: '', keyPath: '', owner: '', group: '' };
  const wanted = {
    ...files,
    id: 'vault',
    commonName: 'vault',
    names: [],
    addresses: ['127.0.0.1'],
    usage: 'server' as const,
  };
  double = new VaultDouble(await issue(authority, wanted, 1), authority.certificate, sentinel);
  const client = await issue(authority, { ...wanted, id: 'client', addresses: [], usage: 'client' }, 1);
  await writeFile(join(folder, 'ca.pem'), authority.certificate);
  await writeFile(join(folder, 'client.pem'), client.certificate);
  await writeFile(join(folder, 'client.key'), client.key);
  await writeFile(join(folder, 'secret-id'), `${sentinel}\n`);
  settings = {
    kind: 'vault',
    address: await double.listen(),
    authorityFile: join(folder, 'ca.pem'),
    mount: 'secret',
    prefix: 'holdfast',
    login: { kind: 'approle', mount: 'approle', roleId: 'rotator', secretIdFile: join(folder, 'secret-id') },
  };
});
afterAll(async () => {
  await double.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  double.isSealed = false;
});

describe('the contract of secret stores', () => secretStoreContract(() => store()));

describe('logins', () => {
  it('logs in once for many calls and gives the token back', async () => {
    const [before, one] = [double.logins, store()];
    await one.get(reference);
    await one.get(reference);
    const { tokens } = double;
    await one.close();
    await one.close();
    expect([double.logins - before, tokens - double.tokens]).toEqual([1, 1]);
  });

  it('logs in again when its token has ended', async () => {
    const one = store();
    await one.get(reference);
    double.endTokens();
    expect(await one.get(reference)).toBeNull();
    await one.close();
  });

  it('logs in by a certificate whose files it reads anew', async () => {
    const login = {
      kind: 'certificate' as const,
      mount: 'cert',
      certificateFile: join(folder, 'client.pem'),
      keyFile: join(folder, 'client.key'),
    };
    const one = store({ login });
    expect(await one.get(reference)).toBeNull();
    await one.close();
  });

  it('is Rejected by Vault in its own words when the secret id is wrong', async () => {
    await writeFile(join(folder, 'wrong'), 'other');
    const login = {
      kind: 'approle' as const,
      mount: 'approle',
      roleId: 'rotator',
      secretIdFile: join(folder, 'wrong'),
    };
    const failure = await failureOf(store({ login }).get(reference));
    expect([failure.code, failure.facts.cause]).toEqual(['Rejected', '400: invalid role or secret ID']);
  });

  it('names a file that is not there', async () => {
    const login = {
      kind: 'approle' as const,
      mount: 'approle',
      roleId: 'rotator',
      secretIdFile: join(folder, 'none'),
    };
    const failure = await failureOf(store({ login }).get(reference));
    expect([failure.code, failure.facts.on]).toEqual(['Rejected', join(folder, 'none')]);
  });
});

describe('what stands in the way', () => {
  it('is Unreachable while Vault is sealed, and goes on afterwards', async () => {
    const one = store();
    await one.get(reference);
    double.isSealed = true;
    const failure = await failureOf(one.put(reference, sentinel, 0));
    expect([failure.code, failure.message]).toEqual(['Unreachable', 'Vault is sealed']);
    double.isSealed = false;
    expect(await one.put(reference, sentinel, 0)).toBe(1);
    await one.close();
  });

  it('is Unreachable when nothing listens, or its certificate is of another authority', async () => {
    const silent = await failureOf(store({ address: 'https://127.0.0.1:9' }).get(reference));
    expect(silent.code).toBe('Unreachable');
    const other = await createAuthority('other', 1);
    await writeFile(join(folder, 'other.pem'), other.certificate);
    const before = double.requests.length;
    const foreign = await failureOf(store({ authorityFile: join(folder, 'other.pem') }).get(reference));
    expect(foreign.code).toBe('Unreachable');
    // Nothing was sent to whom it does not know.
    expect(double.requests.length).toBe(before);
  });

  it('puts over a secret that was deleted softly, whose versions Vault counts on', async () => {
    const deleted = secretRef('clouds/lab/credentials/glance/published');
    const one = store();
    await one.put(deleted, 'one', 0);
    double.softDelete('holdfast/clouds/lab/credentials/glance/published');
    expect(await one.get(deleted)).toBeNull();
    expect(await one.put(deleted, 'two', 0)).toBe(2);
    await one.close();
  });

  it('refuses a mount that counts no versions', async () => {
    const one = store({ mount: 'old' });
    expect(await one.mountDifferences()).toEqual([
      { what: 'mount old of Vault', have: 'kv version 1', want: 'kv version 2' },
    ]);
    await one.close();
  });

  it('writes what the templates of consumers read, on either version of KV', async () => {
    const one = store();
    for (const version of [1, 2] as const) {
      const place = { mount: version === 1 ? 'old' : 'secret', path: 'service-users', version };
      expect(await one.readPlain(place, 'nova')).toBeNull();
      await one.writePlain(place, 'nova', { application_credential_id: 'id' });
      expect(await one.readPlain(place, 'nova')).toEqual({ application_credential_id: 'id' });
    }
    await one.close();
  });

  it('shows what others wrote beside a secret', async () => {
    const marked = secretRef('clouds/lab/credentials/cinder/published');
    const one = store();
    await one.put(marked, 'one', 0);
    double.mark('holdfast/clouds/lab/credentials/cinder/published', { 'ack-compute-07': '4' });
    expect(await one.marks(marked)).toEqual({ 'ack-compute-07': '4' });
    await one.close();
  });
});
