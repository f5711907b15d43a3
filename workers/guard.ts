// SPDX-License-Identifier: Apache-2.0
// The program around the embedded Temporal: `guard.js STATE PROGRAM ARGUMENT…`. What it says goes to Temporal's log.
import './own-surroundings.ts';
import { causeLine } from '../activities/clients/failure.ts';
import { guardTemporal } from './embedded/border/guard-temporal.ts';
import { asCommandFailure } from './embedded/supervise-events.ts';

const [stateDirectory = '', ...command] = process.argv.slice(2);
const told = new Promise<void>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve());
});

const say = (line: string): void => void process.stderr.write(`${line}\n`);

try {
  const userId = process.getuid?.() ?? 0;
  process.exitCode = await guardTemporal({ stateDirectory, userId, command, told, say });
} catch (error) {
  const { message } = asCommandFailure(error);
  say(`${message}: ${causeLine(error)}`);
  process.exitCode = 1;
}
process.exit();
