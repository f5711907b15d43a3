// SPDX-License-Identifier: Apache-2.0
// The completion of fish as a script, a line for each word with its text. It starts no program of ours.
import type { Choice, CommandChoices } from './choices.ts';

export function fishScript(
  first: readonly Choice[],
  verbs: Readonly<Record<string, readonly Choice[]>>,
  commands: readonly CommandChoices[],
): string {
  const line = (condition: string, what: string, text: string): string =>
    `complete -c holdfast -n ${quoted(condition)} ${what} -d ${quoted(text)}`;
  const lines = [
    ...first.map(({ word, text }) => line('__fish_use_subcommand', `-f -a ${word}`, text)),
    ...Object.entries(verbs).flatMap(([noun, choices]) => {
      const known = choices.map(({ word }) => word).join(' ');
      const condition = `__fish_seen_subcommand_from ${noun}; and not __fish_seen_subcommand_from ${known}`;
      return choices.map(({ word, text }) => line(condition, `-f -a ${word}`, text));
    }),
    ...commands.flatMap(({ words, options, first: argument }) => {
      const seen = words
        .split(' ')
        .map((word) => `__fish_seen_subcommand_from ${word}`)
        .join('; and ');
      const names = argument.startsWith('box')
        ? [line(seen, `${argument === 'box' ? '-f ' : ''}-a '(__holdfast_boxes)'`, 'box')]
        : [];
      return [
        ...names,
        ...options.map(({ word, text }) => line(seen, `-l ${word.replace(/^--/, '')}`, text)),
      ];
    }),
  ];
  return `# Completion of holdfast for fish. Load it with: holdfast completion fish | source
function __holdfast_boxes
    set -q HOLDFAST_STATE; and set -l state $HOLDFAST_STATE; or set -l state /var/lib/holdfast
    path basename $state/boxes/* 2>/dev/null
end
${lines.join('\n')}
`;
}

/** In single quotes, as fish reads them. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
