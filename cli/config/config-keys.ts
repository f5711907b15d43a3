// SPDX-License-Identifier: Apache-2.0
// The keys of the configuration file: which variables of the environment each stands for, and what holds without it. Reads nothing.
import { isAbsolute, join } from 'node:path';
import type { Configuration } from '../../workflows/contracts/machine/configuration.ts';
import type { Io } from '../terminal/io.ts';
import { stateDirectoryOf } from '../terminal/settings.ts';

export interface ConfigKey {
  readonly key: keyof Configuration;
  readonly text: string;
  /** Each of them overrides the key, where it is set. */
  readonly variables: readonly string[];
  /** The variables that a value of the file sets. */
  readonly set: (value: string) => Readonly<Record<string, string>>;
  /** What holds without key and variable, for people. */
  readonly fallback: (io: Io) => string;
}

/** @source a profile of Temporal's own file names address and namespace as well */
const ofProfiles = ['TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'];

export const configKeys: readonly ConfigKey[] = [
  key('state', 'HOLDFAST_STATE', 'folder of the state', stateDirectoryOf),
  key('cache', 'HOLDFAST_CACHE', 'folder of the cache', cacheOf),
  key('address', 'TEMPORAL_ADDRESS', 'another Temporal, HOST:PORT', () => 'the embedded one', ofProfiles),
  key('namespace', 'TEMPORAL_NAMESPACE', 'namespace of Temporal', () => 'default', ofProfiles),
  key('metrics', 'HOLDFAST_METRICS', 'of the worker: HOST:PORT, or off', () => 'a kept port of loopback'),
  key('watch', 'HOLDFAST_WATCH', 'off: what dies stays dead', () => 'on'),
  {
    key: 'color',
    text: 'auto, always or never',
    variables: ['NO_COLOR', 'CLICOLOR_FORCE'],
    set: colourVariables,
    fallback: () => 'auto',
  },
  key('format', 'HOLDFAST_FORMAT', 'of commands that read: text, wide, json or yaml', () => 'text'),
];

function key(
  name: keyof Configuration,
  variable: string,
  text: string,
  fallback: ConfigKey['fallback'],
  also: readonly string[] = [],
): ConfigKey {
  return {
    key: name,
    text,
    variables: [variable, ...also],
    set: (value) => ({ [variable]: value }),
    fallback,
  };
}

function colourVariables(value: string): Record<string, string> {
  if (value === 'never') return { NO_COLOR: '1' };
  return value === 'always' ? { CLICOLOR_FORCE: '1' } : {};
}

/** As the worker finds it. */
function cacheOf({ environment, homeDirectory }: Io): string {
  const base = environment['XDG_CACHE_HOME'];
  return join(base && isAbsolute(base) ? base : join(homeDirectory, '.cache'), 'holdfast');
}
