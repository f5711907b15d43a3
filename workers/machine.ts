// SPDX-License-Identifier: Apache-2.0
// The program for work on this machine that needs no Temporal: backup, doctor, logs. NDJSON on stdout, secrets on stdin only.
import './own-surroundings.ts';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { errorEvent, exitCodeOf } from './embedded/supervise-events.ts';
import { superviseSettings } from './embedded/supervise-settings.ts';
import { runMachineCommand } from './machine/commands.ts';

const environment: Record<string, string> = {};
for (const [name, value] of Object.entries(process.env)) if (value !== undefined) environment[name] = value;

function writeLine(record: object): void {
  process.stdout.write(`${JSON.stringify(record)}\n`);
}

// A reader that goes away must not leave the work half done.
process.stdout.on('error', () => undefined);

try {
  const settings = superviseSettings({
    environment,
    programDirectory: dirname(fileURLToPath(import.meta.url)),
    homeDirectory: environment['HOME'] || homedir(),
    userId: process.getuid?.() ?? 0,
  });
  const [command = '', ...words] = process.argv.slice(2);
  const program = { node: process.execPath, path: fileURLToPath(import.meta.url) };
  const surroundings = { settings, userId: process.getuid?.() ?? 0, program, emit: writeLine };
  await runMachineCommand(command, words, { ...surroundings, stdin: () => text(process.stdin) });
} catch (error) {
  const event = errorEvent(error);
  writeLine(event);
  process.exitCode = exitCodeOf(event.code);
} finally {
  // A stdin that nobody closes would hold up the end.
  process.stdin.destroy();
}
