// SPDX-License-Identifier: Apache-2.0
// What a stream shows of a text: marks that the locale knows, lines that fit a terminal. JSON passes as it is.
import { hasUnicode, plainMarks } from './plain-marks.ts';
import { wordWrapped } from './word-wrap.ts';

export interface ShownText {
  marks(text: string): string;
  /** `columns` of a terminal; null for what is none. */
  lines(text: string, columns: number | null): string;
}

export function shownText(
  environment: Readonly<Record<string, string | undefined>>,
  args: readonly string[],
): ShownText {
  const isJson = args.includes('--json');
  const marks = hasUnicode(environment) || isJson ? (text: string) => text : plainMarks;
  return {
    marks,
    lines: (text, columns) => (columns === null || isJson ? marks(text) : wordWrapped(marks(text), columns)),
  };
}
