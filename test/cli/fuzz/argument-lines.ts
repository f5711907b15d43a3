// SPDX-License-Identifier: Apache-2.0
// Command lines by chance, out of the commands as data: words that are known, words that are hostile, options that exist and
// some that do not. Runs nothing.
import type { Command } from '../../../cli/command.ts';
import { dumpId, revision, serial } from '../doubles/recorded-state.ts';

/** Numbers below 1. */
export type Chance = () => number;

export const pick = <T>(chance: Chance, items: readonly T[]): T =>
  items[Math.floor(chance() * items.length)] as T;

const known = [
  ...`lab far site pki lab-admin lab-test acme local-box lab.yaml ./box.yaml /work/clouds.yaml clouds.yaml FOLDER /mnt/bundle
install-box/lab canary/acme drift/lab issue-ca/pki/2 canary/lab-test/scheduled-2026-01-05T12:00:00Z glance nova nova-compute
keystone.schema deb pypi compromise bash laptop fernet admin certificates uninstall 1 2 10m 1h warning`.split(
    /\s/,
  ),
  dumpId,
  revision.slice(0, 8),
  serial,
];

/** No word can hold a NUL: the kernel ends it there. */
const hostile = [
  ...`. .. / - -- --- -x --= = , * ~ \\ ' " ../../etc/passwd /etc/passwd /dev/null /state /state/boxes
a/b/c/d boxes/lab ./ lab/ /lab __proto__ constructor toString hasOwnProperty null undefined true {} [] 0 -1 -0 1.5 1e9 NaN
Infinity 99999999999999999999 0x10 １ １２ LAB Lab la labb l-a-b lab. .lab lab:1 lab@1 lab=1 ä 盒子 🙂 %s%n %00 -1d 0s 1y -10m
yesterday 2026-13-45 2026-01-05T12:00:00Z 1970-01-01 +275760-09-13T00:00:00Z`.split(/\s/),
  '',
  ' ',
  '`id`',
  '$(id)',
  '$HOME',
  '[object Object]',
  'lab\n',
  'lab\tlab',
  'lab\r',
  'lab lab',
  '\u001b[2J',
  '\u001b]0;x\u0007',
  '\u202etxt',
  '\ufeff',
  '\ud800',
  'x'.repeat(5000),
  '9'.repeat(400),
];

const word = (chance: Chance): string => (chance() < 0.6 ? pick(chance, known) : pick(chance, hostile));

/** Of one of the commands: its words, then arguments and options in any order and number. */
export function commandWords(chance: Chance, commands: readonly Command[]): string[] {
  const command = pick(chance, commands);
  const words = [...command.words];
  if (chance() < 0.03) words.splice(Math.floor(chance() * words.length), 1, word(chance));
  const wanted = command.arguments.length;
  // Mostly as many as it takes: else the parser alone would be tried.
  const count = chance() < 0.85 ? wanted : Math.floor(chance() * (wanted + 3));
  const parts: string[][] = Array.from({ length: count }, () => [word(chance)]);
  for (const option of command.options) if (chance() < 0.25) parts.push(optionWords(chance, option.flags));
  if (chance() < 0.05) parts.push([pick(chance, hostile)]);
  const arguments_ = parts.slice(0, count);
  const options = parts.slice(count);
  const ordered = chance() < 0.5 ? [...arguments_, ...options] : [...options, ...arguments_];
  return [...words, ...ordered.flat()];
}

function optionWords(chance: Chance, flags: string): string[] {
  const [flag = ''] = /--[\w-]+/.exec(flags) ?? [];
  if (!flags.includes('<')) return chance() < 0.03 ? [`${flag}=${word(chance)}`] : [flag];
  if (chance() < 0.02) return [flag];
  const value = word(chance);
  return chance() < 0.5 ? [`${flag}=${value}`] : [flag, value];
}
