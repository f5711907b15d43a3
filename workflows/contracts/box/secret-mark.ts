// SPDX-License-Identifier: Apache-2.0
// How a text names a secret whose value is put in its place on the way to a host. Pure; knows no value.
import { secretRef, type SecretRef } from './brands.ts';

const pattern = /%\{secret:([a-z0-9/._-]+)\}/g;

export const secretMark = (reference: SecretRef): string => `%{secret:${reference}}`;

/** The secrets that a text names, each once. */
export function markedSecrets(text: string): SecretRef[] {
  return [...new Set([...text.matchAll(pattern)].map(([, path = '']) => secretRef(path)))];
}

/** The text with each mark replaced by what `values` holds for it. */
export function fillSecrets(text: string, values: ReadonlyMap<SecretRef, string>): string {
  return text.replaceAll(pattern, (mark, path: string) => values.get(secretRef(path)) ?? mark);
}
