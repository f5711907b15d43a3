// SPDX-License-Identifier: Apache-2.0
// Texts as words that a shell takes as they are. Runs nothing.

/** One word of POSIX sh, whatever stands in it. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Any text as one word of a line. */
export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
