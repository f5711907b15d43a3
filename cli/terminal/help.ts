// SPDX-License-Identifier: Apache-2.0
// The texts around commander's own help: examples first, what else to read last, and the topics.
import { exitCodeLines } from './exit-codes.ts';
import type { Io } from './io.ts';
import { typed } from './settings.ts';

export const rootExamples: readonly string[] = ['box install examples/local-box.yaml', 'op list'];

export function helpBefore(summary: string, examples: readonly string[], io: Io): string {
  const lines = examples.map((example) => typed(io, `  holdfast ${example}`));
  return [summary, '', 'Examples:', ...lines, ''].join('\n');
}

export function helpAfter(programName: string): string {
  return `\nMore: ${programName} help exit-codes, ${programName} help environment, ${programName} --version`;
}

export const environmentLines: readonly string[] = [
  '  HOLDFAST_STATE       folder of the state; /var/lib/holdfast for root,',
  '                       else $XDG_STATE_HOME/holdfast',
  '  HOLDFAST_CACHE       folder of the cache; $XDG_CACHE_HOME/holdfast',
  '  HOLDFAST_METRICS     HOST:PORT of the worker for Prometheus, or off; a kept loopback port',
  '  HOLDFAST_WATCH       off: what dies of Temporal and the worker stays dead',
  '  HOLDFAST_FORMAT      format of commands that read: text, wide, json or yaml',
  '  TEMPORAL_ADDRESS     another Temporal than the embedded one; all TEMPORAL_*',
  '                       variables and the profile file of `temporal` are read',
  '  NO_COLOR             no colour; CLICOLOR_FORCE=1: colour without a terminal',
  '  CI                   never ask, never redraw',
  '',
  'The file $XDG_CONFIG_HOME/holdfast/config.yaml (~/.config) gives defaults to',
  'what is not set here; holdfast config show says which.',
];

/** The text of a topic, or null when the words are no topic. */
export function topicText(words: readonly string[]): string | null {
  const topic = words.join(' ');
  if (topic === 'exit-codes') return ['Exit codes:', ...exitCodeLines()].join('\n');
  if (topic === 'environment') return ['Environment:', ...environmentLines].join('\n');
  return null;
}

/** A summary as a sentence begins. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
