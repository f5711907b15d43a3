// SPDX-License-Identifier: Apache-2.0
// Reads a person's configuration file and makes it the default of the environment, for this process and those that it starts.
import { dirname, isAbsolute, join } from 'node:path';
import type { Configuration } from '../../workflows/contracts/machine/configuration.ts';
import { parseConfigurationText, placeOfKey } from '../records/spec-file.ts';
import { CliError } from '../terminal/cli-error.ts';
import type { Io } from '../terminal/io.ts';
import { shellQuoted } from '../terminal/shell-quote.ts';
import { configKeys } from './config-keys.ts';

/** One setting, and where its value is from. */
export interface Setting {
  readonly key: string;
  readonly value: string;
  /** `default`, `environment NAME`, or `PATH:LINE` of the file. */
  readonly from: string;
}

export interface Config {
  /** Where the file is looked for. */
  readonly path: string;
  readonly isThere: boolean;
  readonly settings: readonly Setting[];
}

/** @throws CliError (exit 2) for a file that others may write, and for one that says what is not known */
export async function loadConfig(io: Io): Promise<Config> {
  const path = configPath(io);
  const text = await io.readText(path);
  const both = `${shellQuoted(dirname(path))} ${shellQuoted(path)}`;
  if (text !== null && (await io.isWritableByOthers(path)))
    throw new CliError('usage', `${path} can be written by other users; nothing was started`, {
      details: ['It says where secrets are kept and which Temporal is asked'],
      next: `Look at what it says, then: chown "$(id -u)" ${both}; chmod go-w ${both}`,
    });
  const file: Configuration = text === null ? {} : parseConfigurationText(text, path);
  const settings = configKeys.map(({ key, variables, set, fallback }): Setting => {
    const variable = variables.find((name) => io.environment[name]);
    if (variable !== undefined)
      return { key, value: io.environment[variable] ?? '', from: `environment ${variable}` };
    const value = file[key];
    if (value === undefined) return { key, value: fallback(io), from: 'default' };
    for (const [name, given] of Object.entries(set(value))) io.setVariable(name, given);
    return { key, value, from: `${path}:${placeOfKey(text ?? '', key).line}` };
  });
  return { path, isThere: text !== null, settings };
}

/** @source XDG base directory specification: a relative XDG path is to be ignored */
function configPath({ environment, homeDirectory }: Io): string {
  const base = environment['XDG_CONFIG_HOME'];
  return join(base && isAbsolute(base) ? base : join(homeDirectory, '.config'), 'holdfast', 'config.yaml');
}
