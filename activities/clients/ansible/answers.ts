// SPDX-License-Identifier: Apache-2.0
// Parts of what a galaxy answers, none of which is believed to be what it should be.
import { plainUrl } from '../../../workflows/contracts/mirror/content.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** It is recorded: a query or a login in it could be a secret. */
export function downloadUrl(value: unknown, url: string): string {
  if (typeof value !== 'string' || !URL.canParse(value, url)) throw new Error('it names no download');
  const { href, protocol, username, search } = new URL(value, url);
  if (!/^https?:$/.test(protocol) || username !== '' || search !== '')
    throw new Error(`its download is not a plain URL: ${plainUrl(href)}`);
  return href;
}

export function fieldsOf(value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Error('a part of it is no object');
}

export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error('it has no list of versions');
}
