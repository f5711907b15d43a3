// SPDX-License-Identifier: Apache-2.0
// Knows which values of a request are secret and takes them out of text that is about to be shown.
// It does not look at answers: those are never shown, except for their scrubbed error message.

import type { HttpRequest } from './http/http.ts';

const REDACTED = '[redacted]';
const SECRET_NAME =
  /pass|secret|token|user_data|blob|payload|private_?key|signature|temp_url_sig|authorization|cookie|api_?key/i;

/** Replaces every secret of the request in a text, also where a service echoes it quoted or escaped. */
export function scrub(text: string, request: HttpRequest): string {
  const spellings = [...secretsOf(request)].flatMap(spellingsOf);
  // Longest first: a secret that contains another one must not leave its remainder behind.
  spellings.sort((a, b) => b.length - a.length);
  return spellings.reduce((shown, secret) => shown.replaceAll(secret, REDACTED), text);
}

/** The URL without credentials, fragment and the values of query parameters whose name sounds secret. */
export function shownUrl(url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  shown.hash = '';
  for (const name of new Set(shown.searchParams.keys())) {
    if (SECRET_NAME.test(name)) shown.searchParams.set(name, 'redacted');
  }
  return shown.href;
}

function secretsOf(request: HttpRequest): Set<string> {
  const found = new Set<string>();
  collect(request.headers, found);
  collect(request.body, found);
  for (const [name, value] of request.url.searchParams) {
    if (SECRET_NAME.test(name) && value !== '') found.add(value);
  }
  return found;
}

function collect(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner !== 'string') collect(inner, found);
    else if (inner !== '' && SECRET_NAME.test(name)) found.add(inner);
  }
}

function spellingsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  // Keystone's schema errors quote the refused value as Python's repr() writes it.
  const python = secret.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
  // By way of a buffer, because half a surrogate pair would make the encoding throw.
  const urlEncoded = encodeURIComponent(Buffer.from(secret).toString());
  return [...new Set([secret, json, python, python.replaceAll("'", "\\'"), urlEncoded])];
}
