// SPDX-License-Identifier: Apache-2.0
// Where the supervisor keeps things, read off a given environment, and its private folder. Reads no global.
import type { PipEnvironment } from '../../activities/clients/machine/pip-index.ts';
import { chmod, mkdir, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { Failure } from '../../activities/clients/failure.ts';

/** What the supervisor was told; every path is absolute. */
export interface SuperviseSettings {
  stateDirectory: string;
  cacheDirectory: string;
  /** The worker's program for node. */
  workerEntry: string;
  /** The program for node that runs the embedded Temporal behind its rule. */
  guardEntry: string;
  /** The program for node in front of the embedded Temporal's web UI. */
  uiEntry: string;
  /** The program for node that starts again what died. */
  watchEntry: string;
  userId: number;
  /** Holds the build id of the bundle that `workerEntry` belongs to; may be missing. */
  buildIdFile: string;
  environment: Readonly<Record<string, string>>;
}

export interface SuperviseSurroundings {
  environment: Readonly<Record<string, string>>;
  /** Folder of the running program, where the worker's bundle lies as well. */
  programDirectory: string;
  homeDirectory: string;
  userId: number;
}

/** Returns the settings: HOLDFAST_STATE and HOLDFAST_CACHE, else the XDG folders; root's state is in /var/lib.
 * HOLDFAST_WORKER_ENTRY names another worker program.
 * @default state /var/lib/holdfast for root, else ~/.local/state/holdfast; cache ~/.cache/holdfast
 * @source XDG base directory specification: a relative XDG path is to be ignored */
export function superviseSettings(surroundings: SuperviseSurroundings): SuperviseSettings {
  const { environment, programDirectory, homeDirectory, userId } = surroundings;
  const baseDirectory = (name: string, fallback: string) => {
    const value = environment[name];
    return join(value && isAbsolute(value) ? value : join(homeDirectory, fallback), 'holdfast');
  };
  const defaultState = userId === 0 ? '/var/lib/holdfast' : baseDirectory('XDG_STATE_HOME', '.local/state');
  return {
    stateDirectory: resolve(environment['HOLDFAST_STATE'] || defaultState),
    cacheDirectory: resolve(environment['HOLDFAST_CACHE'] || baseDirectory('XDG_CACHE_HOME', '.cache')),
    workerEntry: resolve(environment['HOLDFAST_WORKER_ENTRY'] || join(programDirectory, 'control.js')),
    guardEntry: join(programDirectory, 'guard.js'),
    uiEntry: join(programDirectory, 'ui.js'),
    watchEntry: join(programDirectory, 'watch.js'),
    userId,
    buildIdFile: join(programDirectory, 'build-id'),
    environment,
  };
}

/** The proxies that the environment names, in either case of their names; the keys are in small letters. */
export function proxiesOf(environment: Readonly<Record<string, string>>): Record<string, string> {
  const names = ['http_proxy', 'https_proxy', 'no_proxy'];
  const set = names.map((name) => [name, environment[name] ?? environment[name.toUpperCase()]] as const);
  return Object.fromEntries(set.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

/** What pip would read of it, for the index that mirrors use unless they name one. */
export function pipOf(environment: Readonly<Record<string, string>>): PipEnvironment {
  const { PIP_INDEX_URL, PIP_CONFIG_FILE } = environment;
  return {
    ...(PIP_INDEX_URL !== undefined && { PIP_INDEX_URL }),
    ...(PIP_CONFIG_FILE !== undefined && { PIP_CONFIG_FILE }),
  };
}

/** Makes the state directory exist and be its owner's alone (0700).
 * @idempotent
 * @throws Failure `PreconditionFailed` when it is another user's or shared by design, such as /tmp */
export async function ensureStateDirectory(stateDirectory: string, userId: number): Promise<void> {
  await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
  const { uid, mode } = await stat(stateDirectory);
  const isShared = (mode & 0o1000) !== 0;
  if (uid !== userId || isShared) {
    throw new Failure(
      'PreconditionFailed',
      `The state directory ${stateDirectory} ${isShared ? 'is shared between users' : `belongs to user ${uid}, not to user ${userId}`}; nothing was started`,
      { on: stateDirectory, hint: 'Name another one in HOLDFAST_STATE, or run this as its owner' },
    );
  }
  if ((mode & 0o077) !== 0) await chmod(stateDirectory, 0o700);
}
