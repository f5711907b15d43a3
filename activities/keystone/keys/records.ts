// SPDX-License-Identifier: Apache-2.0
// A ring of keys in the secret store, written by check-and-set. Decides nothing.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { secretRef, type SecretRef } from '../../../workflows/contracts/box/brands.ts';
import type { KeyRing, KeyRingName } from '../../../workflows/contracts/keys/key-ring.ts';
import { parseKeyRing } from '../../../workflows/contracts/keys/key-ring.schema.ts';
import { jsonOrNull } from '../../../workflows/contracts/run/json.ts';
import { Failure } from '../../clients/failure.ts';
import type { SecretStore } from '../../clients/secrets/secret-store.ts';

interface StoredRing {
  readonly ring: KeyRing;
  /** That a write must meet. */
  readonly version: number;
}

const ringRef = (box: string, ring: KeyRingName): SecretRef =>
  secretRef(`boxes/${box}/keystone/${ring}-keys`);

/** Null when there is none. @throws Failure Rejected when it is damaged: nothing is decided on half of the truth */
export async function readRing(
  secrets: SecretStore,
  box: string,
  name: KeyRingName,
): Promise<StoredRing | null> {
  const reference = ringRef(box, name);
  const stored = await secrets.get(reference);
  if (stored === null) return null;
  const parsed = parseKeyRing(jsonOrNull(stored.value));
  if (parsed.ok) return { ring: parsed.value, version: stored.version };
  throw new Failure('Rejected', `The record ${reference} of the secret store is damaged`, {
    on: 'secret store',
    cause: parsed.issues.map(({ path, message }) => `${path}: ${message}`).join('; '),
    hint: 'Restore the folder of secrets from a backup: holdfast restore FILE',
  });
}

/** @throws Failure PreconditionFailed when there is none */
export async function requireRing(secrets: SecretStore, box: string, name: KeyRingName): Promise<StoredRing> {
  const stored = await readRing(secrets, box, name);
  if (stored !== null) return stored;
  throw new Failure('PreconditionFailed', `The ${name} keys of box ${box} are not in the secret store`, {
    on: 'secret store',
    hint: 'Have them taken into it: holdfast box install FILE',
  });
}

/** @throws Failure Conflict when somebody else wrote it since it was read */
export async function writeRing(
  secrets: SecretStore,
  box: string,
  name: KeyRingName,
  ring: KeyRing,
  expectedVersion: number,
): Promise<void> {
  await secrets.put(ringRef(box, name), JSON.stringify(ring), expectedVersion);
}

/** As `keystone-manage` makes them: 32 random bytes, or a pair of P-256. */
export function newKey(name: KeyRingName): string {
  if (name === 'jws') {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  }
  return randomBytes(32).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}
