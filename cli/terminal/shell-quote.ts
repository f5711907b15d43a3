// SPDX-License-Identifier: Apache-2.0
// Quotes a word for a POSIX shell. Runs none.

/** The word as it is where that is safe, else in single quotes. */
export function shellQuoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
