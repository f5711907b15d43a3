// SPDX-License-Identifier: Apache-2.0
// What clients of a box's tunnels are told: where it is, and its public key. Reads the secret, and shows none.
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { x25519PrivateKey, type WireguardServer } from '../../workflows/contracts/box/wireguard.ts';
import type { WireguardAccess } from '../../workflows/ports/access.ts';
import { storedSecret, type SecretStore } from '../clients/secrets/secret-store.ts';

/** @throws Failure while the secret is not generated */
export async function wireguardServer(
  secrets: SecretStore,
  { key, endpoint, port, networks }: WireguardAccess,
): Promise<WireguardServer> {
  return { publicKey: publicKeyOf(await storedSecret(secrets, key)), endpoint, port, networks };
}

/** The program in the box makes its private key in the same way: the SHA-256 of the secret. */
function publicKeyOf(secret: string): string {
  const bytes = createHash('sha256').update(secret).digest();
  const der = Buffer.from(x25519PrivateKey(bytes));
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return spki.subarray(-32).toString('base64');
}
