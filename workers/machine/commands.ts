// SPDX-License-Identifier: Apache-2.0
// The commands of the machine's program by name. Each says what it did in one `result` line.
import { dirname } from 'node:path';
import { Failure } from '../../activities/clients/failure.ts';
import type { SuperviseEvent } from '../embedded/supervise-events.ts';
import type { SuperviseSettings } from '../embedded/supervise-settings.ts';
import { readBoxLogs, type LogRequest } from './box-logs.ts';
import { boxState, type StateRequest } from './box-state.ts';
import { enterBox, type EnterRequest } from './enter-box.ts';
import { backUp } from './backup.ts';
import { uninstall, uninstallPlan } from './uninstall.ts';
import { machineDirectory } from '../../activities/hosts/places.ts';
import { bootUnitPath, installBootUnit } from './boot-unit.ts';
import { examine } from './doctor/doctor.ts';
import { mirrorDestinations } from './mirror-destinations.ts';
import { prune } from './prune.ts';
import { restore } from './restore.ts';
import { writeSupportBundle } from './diagnosis/bundle.ts';
import { forget, tracesOf } from './traces.ts';

type MachineEvent =
  | SuperviseEvent
  | { readonly type: 'line'; readonly text: string }
  | { readonly type: 'result'; readonly data: unknown };

export interface MachineSurroundings {
  readonly settings: SuperviseSettings;
  readonly userId: number;
  /** Node and the program that runs. */
  readonly program: { readonly node: string; readonly path: string };
  readonly emit: (event: MachineEvent) => void;
  /** All that was handed over on stdin, at its end: a passphrase; or the sign that nobody reads any more. */
  readonly stdin: () => Promise<string>;
}

type MachineCommand = (words: readonly string[], surroundings: MachineSurroundings) => Promise<unknown>;

const commands: Readonly<Record<string, MachineCommand>> = {
  backup: async ([path = ''], { settings, stdin }) => backUp(settings.stateDirectory, path, await stdin()),
  restore: async ([path = '', how], { settings, userId, stdin, emit }) =>
    restore({ settings, userId, emit, path, passphrase: await stdin(), replace: how === 'replace' }),
  boot: async (_, { settings, userId, program }) => installBootUnit(settings, userId, program),
  doctor: async (_, { settings, userId }) => examine(settings, userId),
  prune: async ([how, what], { settings }) =>
    prune(settings, { isPlan: how !== 'remove', withDumps: what === 'dumps' }),
  enter: async ([request = '']) => enterBox(JSON.parse(request) as EnterRequest),
  uninstall: async ([how, what], { settings, program, emit }) => {
    const request = {
      settings,
      places: { machineDirectory, bootUnitPath },
      withDumps: what === 'dumps',
      programDirectory: dirname(program.path),
    };
    return how === 'remove' ? uninstall(request, emit) : uninstallPlan(request);
  },
  support: async ([path = ''], { settings, userId, stdin, emit }) => {
    const runs = await stdin();
    return writeSupportBundle({ settings, userId, path, runs }, (text) => emit({ type: 'progress', text }));
  },
  state: async ([request = ''], { settings }) =>
    boxState(JSON.parse(request) as StateRequest, settings.stateDirectory),
  destinations: async ([mirror = ''], { settings }) => mirrorDestinations(mirror, settings.stateDirectory),
  traces: async ([box = ''], { settings }) => tracesOf(settings.stateDirectory, box),
  forget: async ([box = ''], { settings }) => forget(settings.stateDirectory, box),
  logs: async ([request = ''], { stdin, emit }) => {
    const over = new AbortController();
    const abort = (): void => over.abort();
    void stdin().then(abort, abort);
    await readBoxLogs(JSON.parse(request) as LogRequest, (text) => emit({ type: 'line', text }), over.signal);
    return null;
  },
};

/** @throws Failure */
export async function runMachineCommand(
  name: string,
  words: readonly string[],
  surroundings: MachineSurroundings,
): Promise<void> {
  const command = commands[name];
  if (command === undefined) {
    throw new Failure('PreconditionFailed', `Unknown command ${JSON.stringify(name)}; nothing was done`, {
      on: 'machine command',
      hint: `Use one of: ${Object.keys(commands).join(', ')}`,
    });
  }
  surroundings.emit({ type: 'result', data: await command(words, surroundings) });
}
