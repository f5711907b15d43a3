// SPDX-License-Identifier: Apache-2.0
// Numbers of a benchmark as text: medians, spreads, a Markdown table whose columns are aligned. Measures nothing.
import { availableParallelism, totalmem } from 'node:os';

export interface Sample {
  readonly what: string;
  readonly unit: 'ms';
  readonly values: readonly number[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] =
    sorted.length % 2 === 0 ? sorted.slice(middle - 1) : [sorted[middle], sorted[middle]];
  return (low + high) / 2;
}

/** What the numbers depend on, without a name of anything. */
export function machine(): { cores: number; memoryGibibytes: number; node: string } {
  return {
    cores: availableParallelism(),
    memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
}

const shown = (value: number): string => (value < 100 ? value.toFixed(1) : value.toFixed(0));

export function sampleRow({ what, unit, values }: Sample): string[] {
  const numbers = [median(values), Math.min(...values), Math.max(...values)];
  return [what, ...numbers.map((value) => `${shown(value)} ${unit}`), String(values.length)];
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(...[title, ...rows.map((row) => row[column] ?? '')].map((text) => text.length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
