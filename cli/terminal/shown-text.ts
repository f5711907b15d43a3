// SPDX-License-Identifier: Apache-2.0
// What a stream shows of a text: marks that the locale knows, lines that fit a terminal.
import { hasUnicode, plainMarks } from './plain-marks.ts';
import { wordWrapped } from './word-wrap.ts';

export interface ShownText {
  marks(text: string): string;
  /** `columns` of a terminal; null for what is none. */
  lines(text: string, columns: number | null): string;
}

export function shownText(environment: Readonly<Record<string, string | undefined>>): ShownText {
  const marks = hasUnicode(environment) ? (text: string) => text : plainMarks;
  return {
    marks,
    lines: (text, columns) => (columns === null ? marks(text) : wordWrapped(marks(text), columns)),
  };
}
