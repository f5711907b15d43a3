// SPDX-License-Identifier: Apache-2.0
// The form in which a command prints what it found: text for people, JSON or YAML for programs. Knows no command.
import { stringify } from 'yaml';
import type { Io } from './io.ts';

/** `wide`: text with more columns, where a list has more. */
export const outputFormats = ['text', 'wide', 'json', 'yaml'] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** What was chosen on the command line, as far as it concerns the format. */
type Chosen = Readonly<Record<string, unknown>>;

export const isOutputFormat = (text: unknown): text is OutputFormat =>
  outputFormats.some((format) => format === text);

/** `--json` is the older word for `--format json`. */
function formatOf(options: Chosen): OutputFormat {
  if (options['json'] === true) return 'json';
  return isOutputFormat(options['format']) ? options['format'] : 'text';
}

export const isForPrograms = (options: Chosen): boolean => ['json', 'yaml'].includes(formatOf(options));

export const isWide = (options: Chosen): boolean => formatOf(options) === 'wide';

/** One document on stdout. */
export function writeDocument(io: Io, options: Chosen, value: unknown): void {
  io.stdout.data(formatOf(options) === 'yaml' ? yamlText(value) : `${JSON.stringify(value, null, 2)}\n`);
}

/** One of many on stdout: a line of JSON, or a YAML document behind `---`. */
export function writeRecord(io: Io, options: Chosen, type: string, code: string, data: object): void {
  const record = { type, code, data };
  io.stdout.data(formatOf(options) === 'yaml' ? `---\n${yamlText(record)}` : `${JSON.stringify(record)}\n`);
}

/**
 * What JSON.stringify would give, as YAML: lines unbroken, nothing by reference.
 * @source PyYAML and others read YAML 1.1, in which a bare `on` is true: such texts are quoted
 */
function yamlText(value: unknown): string {
  return stringify(value, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
}
