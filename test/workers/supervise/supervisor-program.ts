// SPDX-License-Identifier: Apache-2.0
// Runs the bundled supervisor as a program of its own, with nobody's Temporal settings. Asserts nothing.
import { dirname } from 'node:path';
import { execa } from 'execa';
import { beforeAll } from 'vitest';
import type { SuperviseEvent } from '../../../workers/embedded/supervise-events.ts';
import type { SuperviseStatus } from '../../../workers/embedded/supervise-status.ts';
import { bundleSupervisor } from '../bundled-program.ts';
import {
  PROGRAM_TIMEOUT_MILLISECONDS,
  cacheDirectory,
  cleanEnvironment,
  temporalProgram,
} from '../temporal/temporal-program.ts';

/** Longest time for one test that runs the supervisor a few times, in milliseconds. */
export const TEST_TIMEOUT_MILLISECONDS = 90_000;

/** Path of this test file's bundle; the double of the worker lies beside it. */
export let supervisor: string;

/** What it was, with the cause of an error: a test that fails shows no more of a run. */
function typeOf(line: SuperviseEvent): string {
  if (line.type === 'error') return `error: ${line.message}`;
  return 'what' in line ? `${line.type} ${line.what}` : line.type;
}

/**
 * Runs one command to its end and returns its lines, their types, the texts of its progress and the exit code.
 * How often progress is reported depends on the machine, so that the types leave it out.
 */
export async function run(command: string, stateDirectory: string, extra: Record<string, string> = {}) {
  const { stdout, exitCode } = await execa(process.execPath, [supervisor, command], {
    env: {
      ...cleanEnvironment,
      // A home of its own, so that nobody's Temporal profile is read.
      HOME: dirname(supervisor),
      XDG_CONFIG_HOME: dirname(supervisor),
      HOLDFAST_STATE: stateDirectory,
      HOLDFAST_CACHE: cacheDirectory,
      // What a test ends stays dead; the tests of the watch switch it on.
      HOLDFAST_WATCH: 'off',
      ...extra,
    },
    extendEnv: false,
    reject: false,
    timeout: TEST_TIMEOUT_MILLISECONDS,
  });
  const lines = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as SuperviseEvent);
  return {
    lines,
    exitCode,
    types: lines.filter(({ type }) => type !== 'progress').map(typeOf),
    progress: lines.flatMap((line) => (line.type === 'progress' ? [line.text] : [])),
  };
}

/** Returns the document that `status` prints. */
export async function status(stateDirectory: string): Promise<SuperviseStatus> {
  return (await run('status', stateDirectory)).lines[0] as unknown as SuperviseStatus;
}

beforeAll(async () => {
  await temporalProgram();
  supervisor = await bundleSupervisor();
}, PROGRAM_TIMEOUT_MILLISECONDS);
