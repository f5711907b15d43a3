// SPDX-License-Identifier: Apache-2.0
// The completion of zsh as a script, with a text beside each word. It starts no program of ours.
import type { Choice, CommandChoices } from './choices.ts';

export function zshScript(
  first: readonly Choice[],
  verbs: Readonly<Record<string, readonly Choice[]>>,
  commands: readonly CommandChoices[],
): string {
  const described = (choices: readonly Choice[]): string =>
    choices.map(({ word, text }) => quoted(`${word}:${text}`)).join(' ');
  return `#compdef holdfast
# Completion of holdfast for zsh. Load it with: eval "$(holdfast completion zsh)"
_holdfast() {
  local command=$words[2] place=3 names=''
  local -a choices options
  if (( CURRENT == 2 )); then
    choices=(${described(first)})
    _describe command choices
    return
  fi
  case $words[2] in
${Object.entries(verbs)
  .map(
    ([noun, choices]) =>
      `    ${noun}) if (( CURRENT == 3 )); then choices=(${described(choices)}); _describe command choices; return; fi; command="$words[2] $words[3]"; place=4 ;;`,
  )
  .join('\n')}
  esac
  case $command in
${commands
  .map(
    ({ words: command, options, first: argument }) =>
      `    '${command}') options=(${described(options)}); names=${argument} ;;`,
  )
  .join('\n')}
  esac
  if [[ $words[CURRENT] == -* ]]; then
    _describe option options
    return
  fi
  if (( CURRENT != place )); then
    _files
    return
  fi
  case $names in box*)
    choices=(\${HOLDFAST_STATE:-/var/lib/holdfast}/boxes/*(N:t))
    _describe box choices ;;
  esac
  case $names in *file) _files ;; esac
}
# Read by eval it is registered; found in fpath, this file is the function, and its first call has to complete too.
if [ "$funcstack[1]" = _holdfast ]; then _holdfast "$@"; else compdef _holdfast holdfast; fi
`;
}

/** In single quotes, as zsh reads them; a colon would end the word. */
function quoted(text: string): string {
  const [word = '', ...rest] = text.split(':');
  const safe = `${word}:${rest.join(' ')}`;
  return `'${safe.replaceAll("'", `'\\''`)}'`;
}
