// SPDX-License-Identifier: Apache-2.0
// The manual page of holdfast in roff, made of the commands as data. Pure.
import type { Command, CommandOption } from '../command.ts';
import { capitalised } from '../terminal/help.ts';

export interface ManualFacts {
  /** Of the program, without its name. */
  readonly version: string;
  readonly exitCodes: readonly string[];
  readonly environment: readonly string[];
}

/** The whole page of section 8, as `man -l -` reads it. @source man(7), groff_man_style(7) */
export function manualPage(
  commands: readonly Command[],
  nouns: Readonly<Record<string, string>>,
  { version, exitCodes, environment }: ManualFacts,
): string {
  const alone = commands.filter(({ words }) => words.length === 1);
  const lines = [
    `.TH HOLDFAST 8 "" "holdfast ${roff(version)}" "System Administration"`,
    '.SH NAME',
    'holdfast \\- install private OpenStack clouds and keep them alive',
    '.SH SYNOPSIS',
    '.B holdfast',
    '.I COMMAND',
    '.RI [ ARGUMENT ...]',
    '.RI [ OPTION ...]',
    '.SH DESCRIPTION',
    'Each command that changes something starts a durable workflow of Temporal.',
    'A run that is killed at any moment goes on where it was; a run that needs a person waits for one.',
    'Commands that read start nothing.',
    '.SH COMMANDS',
    ...alone.flatMap(commandLines),
    ...Object.entries(nouns).flatMap(([noun, text]) => [
      `.SH ${roff(noun.toUpperCase())}`,
      `${roff(capitalised(text))}.`,
      ...commands.filter(({ words }) => words[0] === noun && words.length > 1).flatMap(commandLines),
    ]),
    '.SH EXIT STATUS',
    ...verbatim(exitCodes),
    '.SH ENVIRONMENT',
    ...verbatim(environment),
    '.SH FILES',
    ...item('/var/lib/holdfast', 'state of the root user: specs, secrets, dumps'),
    ...item('/usr/share/doc/holdfast/examples', 'specs to begin with, of the Debian package'),
    ...item('/var/lib/holdfast-host', 'boxes, leases and claims of networks'),
  ];
  return `${lines.join('\n')}\n`;
}

function commandLines({ words, arguments: names, options, summary, examples }: Command): string[] {
  const shown = names.map(({ name, isVariadic }) =>
    isVariadic === true ? `[${name.toUpperCase()}...]` : name.toUpperCase(),
  );
  return [
    `.SS ${roff([...words, ...shown].join(' '))}`,
    `${roff(capitalised(summary))}.`,
    ...names.flatMap(({ name, text }) => item(name.toUpperCase(), text)),
    ...options.flatMap(({ flags, text }: CommandOption) => item(flags, text)),
    ...examples.flatMap((example) => ['.IP', `.B holdfast ${roff(example)}`]),
  ];
}

const item = (term: string, text: string): string[] => ['.TP', `.B ${roff(term)}`, roff(text)];

const verbatim = (lines: readonly string[]): string[] => ['.nf', ...lines.map(roff), '.fi'];

/** Text that no macro of roff takes as its own. */
function roff(text: string): string {
  const escaped = text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('"', '\\(dq');
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
