// SPDX-License-Identifier: Apache-2.0
// The completion of bash as a script. It asks the state directory for names of boxes, and starts no program of ours.
import type { Choice, CommandChoices } from './choices.ts';

export function bashScript(
  first: readonly Choice[],
  verbs: Readonly<Record<string, readonly Choice[]>>,
  commands: readonly CommandChoices[],
): string {
  const words = (choices: readonly Choice[]): string => choices.map(({ word }) => word).join(' ');
  return `# Completion of holdfast for bash. Load it with: eval "$(holdfast completion bash)"
_holdfast() {
  local current=\${COMP_WORDS[COMP_CWORD]} first=\${COMP_WORDS[1]-} second=\${COMP_WORDS[2]-}
  local command="$first" place=2 options='' names=''
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${words(first)}' -- "$current"))
    return
  fi
  case $first in
${Object.entries(verbs)
  .map(
    ([noun, choices]) =>
      `    ${noun}) [ "$COMP_CWORD" -gt 2 ] || { COMPREPLY=($(compgen -W '${words(choices)}' -- "$current")); return; }; command="$first $second"; place=3 ;;`,
  )
  .join('\n')}
  esac
  case $command in
${commands
  .map(
    ({ words: command, options, first: argument }) =>
      `    '${command}') options='${words(options)}'; names=${argument} ;;`,
  )
  .join('\n')}
  esac
  case $current in -*) COMPREPLY=($(compgen -W "$options" -- "$current")); return ;; esac
  [ "$COMP_CWORD" -eq "$place" ] || { compopt -o default 2>/dev/null; return; }
  case $names in box*) COMPREPLY=($(compgen -W "$(ls "\${HOLDFAST_STATE:-/var/lib/holdfast}/boxes" 2>/dev/null)" -- "$current")) ;; esac
  case $names in *file) COMPREPLY+=($(compgen -f -- "$current")) ;; esac
}
complete -F _holdfast holdfast
`;
}
