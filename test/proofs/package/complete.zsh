# SPDX-License-Identifier: Apache-2.0
# Types the beginning of a command and one tab into an interactive zsh that has nothing but its own set-up, and prints what stands there.
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'autoload -Uz compinit; compinit -u -d /tmp/completions'
sleep 2
zpty -w -n shell $'holdfast box ins\t'
sleep 3
repeat 100 { zpty -r -t shell part && shown+=$part }
print -r -- "$shown"
