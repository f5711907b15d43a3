// SPDX-License-Identifier: Apache-2.0
// Every secret value of a state directory, to be taken out of texts and looked for in bytes. Knows the values, never prints them.
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { secretRef } from '../../../workflows/contracts/box/brands.ts';
import { EmbeddedSecretStore } from '../../../activities/clients/secrets/secret-store.ts';
import { readText } from '../../../activities/clients/state/local-files.ts';

/** Shorter values are no secrets of ours, and would be found in any text. @source the least password that is made has 32 characters */
const lengthMin = 8;

/** Longest first, so that no part of a value is taken out before the whole. @throws Failure of a secret that cannot be read */
export async function knownSecrets(stateDirectory: string): Promise<string[]> {
  const folder = join(stateDirectory, 'secrets');
  const store = new EmbeddedSecretStore(folder);
  const found = await storedReferences(folder);
  const stored = await Promise.all(
    found.map(async (reference) => (await store.get(secretRef(reference)))?.value ?? ''),
  );
  const plain = await Promise.all(
    [join(folder, 'identity'), join(stateDirectory, 'ui-token.json')].map(
      async (path) => (await readText(path)) ?? '',
    ),
  );
  const values = [...stored, ...plain].flatMap(piecesOf).flatMap(formsOf);
  return [...new Set(values)].sort((one, other) => other.length - one.length);
}

/** A secret is a folder of its versions. */
async function storedReferences(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const versions = entries.filter((name) => name.endsWith('.age'));
  return [...new Set(versions.map(dirname))].sort();
}

/** A password as it is; of JSON and PEM every word that is long and random enough to be one. */
export function piecesOf(value: string): string[] {
  const text = value.trim();
  const isOneWord = /^\S+$/.test(text) && !text.startsWith('{');
  const pieces = isOneWord ? [text] : (text.match(/[A-Za-z0-9_+/=-]{20,}/g) ?? []);
  return pieces.filter((piece) => piece.length >= lengthMin && !/^[A-Za-z]+$/.test(piece));
}

/** A value as it travels: plain, in a URL, in base64. */
function formsOf(value: string): string[] {
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '');
  return [value, encodeURIComponent(value), base64, base64.replaceAll('+', '-').replaceAll('/', '_')];
}
