// SPDX-License-Identifier: Apache-2.0
// Looks for secret values in bytes, in every form in which they travel. Knows the values, never prints them.
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { boxHost } from '../../../activities/hosts/host.ts';
import { EmbeddedSecretStore } from '../../../activities/clients/secrets/secret-store.ts';
import { secretRef } from '../../../workflows/contracts/box/brands.ts';

export interface Sentinel {
  readonly name: string;
  readonly value: string;
}

/** Every secret of a box: those of the store, and the keys that live in the box alone. Lines of a key count each. */
export async function sentinelsOf(stateDirectory: string, box: string): Promise<Sentinel[]> {
  const store = new EmbeddedSecretStore(join(stateDirectory, 'secrets'));
  const folder = join(stateDirectory, 'secrets', 'boxes', box);
  // A secret is a folder of its versions; credentials are folders of such folders.
  const versions = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.age'));
  const names = [...new Set(versions.map((name) => dirname(name)))];
  const stored = await Promise.all(
    names.map(async (name) => ({
      name,
      value: (await store.get(secretRef(`boxes/${box}/${name}`)))?.value ?? '',
    })),
  );
  const identity = (await readFile(join(stateDirectory, 'secrets', 'identity'), 'utf8')).trim();
  const files = await boxHost(box).output([
    'find',
    '/etc/keystone/fernet-keys',
    '/etc/keystone/credential-keys',
    '/etc/ssl/holdfast',
    '-type',
    'f',
    '!',
    '-name',
    'ca.pem',
    '-exec',
    'cat',
    '{}',
    ';',
    '-exec',
    'echo',
    ';',
  ]);
  const all = [{ name: 'identity', value: identity }, ...stored, { name: 'files', value: files }];
  return all.flatMap(({ name, value }) => piecesOf(value).map((piece) => ({ name, value: piece })));
}

/**
 * A password as it is; of PEM and JSON the private keys' lines, whose every part would do harm. A key ends with its public half:
 * a line of that alone may stand in the certificate as well, which is beside it, and is no secret.
 */
function piecesOf(value: string): string[] {
  const block = /-----BEGIN PRIVATE KEY-----[\s\S]*?-----END/g;
  const keys = value.match(block) ?? [];
  const shown = value.replaceAll(block, '');
  const lines = keys.flatMap((key) =>
    key.split(/\\n|\n/).filter((line) => /^[A-Za-z0-9+/=]{40,}$/.test(line) && !shown.includes(line)),
  );
  const fernet = value.split('\n').filter((line) => /^[\w-]{43}=$/.test(line));
  if (keys.length > 0 || fernet.length > 0) return [...lines, ...fernet];
  // A record of credentials: its secrets, and nothing beside them.
  if (value.startsWith('{'))
    return [...value.matchAll(/"secret":"([^"]+)"/g)].map(([, secret = '']) => secret);
  return [value];
}

/** Raw, percent-encoded, JSON-escaped, and base64 at each of its three alignments. */
function formsOf(value: string): Buffer[] {
  const aligned = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), Buffer.from(value)]).toString('base64');
    // The first and last group depend on the neighbours; what stands between does not.
    return text.slice(shift === 0 ? 0 : 4, -4);
  });
  const percent = [...Buffer.from(value)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const forms = [
    value,
    encodeURIComponent(value),
    percent,
    percent.toUpperCase(),
    JSON.stringify(value).slice(1, -1),
    ...aligned,
  ];
  return [...new Set(forms)].filter((form) => form.length >= 16).map((form) => Buffer.from(form));
}

/** `<sentinel> in <place>` for every find. */
export function findsIn(place: string, bytes: Buffer, sentinels: readonly Sentinel[]): string[] {
  return sentinels
    .filter(({ value }) => formsOf(value).some((form) => bytes.includes(form)))
    .map(({ name }) => `${name} in ${place}`);
}

/** A history with every payload decoded, however deep, so that nothing hides behind an encoding of Temporal's or ours. */
export function decodedHistory(history: History): Buffer {
  const texts: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value);
    else if (value instanceof Uint8Array) walkText(Buffer.from(value).toString('latin1'));
    else if (isBytes(value)) walkText(Buffer.from(value).toString('latin1'));
    else if (typeof value === 'object' && value !== null)
      Object.entries(value).forEach((entry) => entry.forEach(walk));
  };
  const walkText = (text: string): void => {
    texts.push(text);
    try {
      walk(JSON.parse(text));
    } catch {
      // No JSON: the text itself is all there is.
    }
  };
  walk(history);
  return Buffer.from(texts.join('\n'), 'latin1');
}

/** An array of numbers that are bytes: how an input travels to its first activity. */
function isBytes(value: unknown): value is number[] {
  const isByte = (item: unknown): boolean =>
    typeof item === 'number' && Number.isInteger(item) && item >= 0 && item < 256;
  return Array.isArray(value) && value.length > 0 && value.every(isByte);
}

/** All files below a folder but those that `isHome` names as a secret's own place. */
export async function filesBelow(folder: string, isHome: (path: string) => boolean): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const paths = names.map((name) => join(folder, name)).filter((path) => !isHome(path));
  const files = await Promise.all(paths.map(async (path) => ((await stat(path)).isFile() ? [path] : [])));
  return files.flat();
}
