// SPDX-License-Identifier: Apache-2.0
// Keys of clients of a box's tunnels, and what an install wrote of the box's end. Keeps no key.
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import {
  wireguardFileName,
  x25519PrivateKey,
  type WireguardServer,
} from '../../workflows/contracts/box/wireguard.ts';
import { parseWireguardServer } from '../../workflows/contracts/box/spec/wireguard.schema.ts';
import { jsonOrNull } from '../../workflows/contracts/run/json.ts';
import type { CommandContext } from '../command.ts';
import { CliError } from '../terminal/cli-error.ts';

/** A new private key, as WireGuard writes it: 32 bytes in base64. */
export function newTunnelKey(): string {
  const { privateKey } = generateKeyPairSync('x25519');
  return privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32).toString('base64');
}

export function publicKeyOf(privateKey: string): string {
  const der = Buffer.from(x25519PrivateKey(Buffer.from(privateKey, 'base64')));
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return spki.subarray(-32).toString('base64');
}

/** The private key that a client's configuration holds; null for what is none. */
export function privateKeyIn(text: string): string | null {
  return /^PrivateKey = ([A-Za-z0-9+/]{43}=)$/m.exec(text)?.[1] ?? null;
}

/** @throws CliError while no install wrote it, or when it cannot be read */
export async function tunnelServer(
  { io, stateDirectory }: CommandContext,
  box: string,
): Promise<WireguardServer> {
  const path = join(stateDirectory, 'boxes', box, 'access', wireguardFileName);
  const text = await io.readText(path);
  const refused = (details: readonly string[]) =>
    new CliError('failed', `${path} does not say how clients reach box ${box}`, {
      details,
      next: `holdfast box install ${box}`,
    });
  if (text === null) throw refused(['there is no such file']);
  const parsed = parseWireguardServer(jsonOrNull(text));
  if (parsed.ok) return parsed.value;
  throw refused(parsed.issues.map(({ path: at, message }) => `${at}: ${message}`));
}
