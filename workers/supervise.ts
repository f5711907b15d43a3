// SPDX-License-Identifier: Apache-2.0
// The supervisor's entry program: up, down or status, NDJSON on stdout. The only file here that reads the environment.
import './own-surroundings.ts';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '../activities/clients/failure.ts';
import { errorEvent, exitCodeOf } from './embedded/supervise-events.ts';
import { ensureStateDirectory, superviseSettings } from './embedded/supervise-settings.ts';
import { status } from './embedded/supervise-status.ts';

const environment: Record<string, string> = {};
for (const [name, value] of Object.entries(process.env)) if (value !== undefined) environment[name] = value;

function writeLine(record: object): void {
  process.stdout.write(`${JSON.stringify(record)}\n`);
}

async function main(command: string | undefined): Promise<void> {
  const userId = process.getuid?.() ?? 0;
  const settings = superviseSettings({
    environment,
    programDirectory: dirname(fileURLToPath(import.meta.url)),
    homeDirectory: environment['HOME'] || homedir(),
    userId,
  });
  if (command === 'status') return writeLine(await status(settings));
  if (command !== 'up' && command !== 'down') {
    throw new Failure(
      'PreconditionFailed',
      `Unknown command ${JSON.stringify(command ?? '')}; nothing was done`,
      { on: 'supervise', hint: 'Use one of: up, down, status' },
    );
  }
  await ensureStateDirectory(settings.stateDirectory, userId);
  // Temporal's client is most of the code: what is only asked for the status does not wait for it.
  const { down, up } = await import('./embedded/supervision.ts');
  await (command === 'up' ? up : down)(settings, writeLine);
}

// A reader that goes away must not leave the work half done.
process.stdout.on('error', () => undefined);

try {
  await main(process.argv[2]);
} catch (error) {
  const event = errorEvent(error);
  writeLine(event);
  process.exitCode = exitCodeOf(event.code);
}
