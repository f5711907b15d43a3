// SPDX-License-Identifier: Apache-2.0
// Reads a server's console: its host keys between cloud-init's lines, and its last words. Judges nothing.
import { stripVTControlCharacters } from 'node:util';
import type { OpenStackClient } from '../clients/openstack/cloud.ts';
import { redact } from '../clients/redact.ts';

/** Base64 of each key that the guest printed; none while it has printed none. */
export async function hostKeysOn({ compute }: OpenStackClient, serverId: string): Promise<string[]> {
  const text = await compute.servers.consoleOutput(serverId).catch(() => '');
  return hostKeysIn(text);
}

/** Those of the last boot: a guest without a disk makes a new key each time. */
export function hostKeysIn(text: string): string[] {
  const from = text.lastIndexOf('-----BEGIN SSH HOST KEY KEYS-----');
  const to = text.indexOf('-----END SSH HOST KEY KEYS-----', from);
  if (from < 0 || to < 0) return [];
  return [...text.slice(from, to).matchAll(/^ssh-ed25519 (\S+)/gm)].map(([, key = '']) => key);
}

/** The last 50 lines, at most 4 KiB, without colours and without secrets. */
export async function consoleTail({ compute }: OpenStackClient, serverId: string): Promise<string> {
  return tailOf(await compute.servers.consoleOutput(serverId, { lines: 50 }));
}

export function tailOf(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is taken out
  const plain = stripVTControlCharacters(text).replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
  const lines = redact(plain).trimEnd().split('\n').slice(-50).join('\n');
  return Buffer.from(lines)
    .subarray(-4096)
    .toString()
    .replace(/^\uFFFD+/, '');
}
