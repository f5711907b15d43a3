// SPDX-License-Identifier: Apache-2.0
// Lays text out in columns and cuts it to a width. Knows no rows.
import type { Colour, Paint } from './paint.ts';

export interface Piece {
  readonly text: string;
  readonly colour: Colour;
}

export const piece = (text: string, colour: Colour = 'plain'): Piece => ({ text, colour });

/** One line of pieces, cut to a width; every character counts as one column. */
export function fitted(pieces: readonly Piece[], columns: number, paint: Paint): string {
  let room = columns;
  const parts: string[] = [];
  for (const { text, colour } of pieces) {
    if (room <= 0) break;
    const characters = [...text];
    const cut = characters.length > room ? `${characters.slice(0, room - 1).join('')}…` : text;
    parts.push(paint(colour, cut));
    room -= characters.length;
  }
  return parts.join('');
}

/** Cells padded to the widest of their column; the last column is not padded. */
export function aligned(rows: readonly (readonly string[])[], gap = '  '): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, [...cell].length)));
  return rows.map((row) =>
    row
      .map((cell, index) =>
        index === row.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - [...cell].length),
      )
      .join(gap)
      .trimEnd(),
  );
}
