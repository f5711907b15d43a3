// SPDX-License-Identifier: Apache-2.0
// The program in front of a person with tokens: serves the queue of a station, or makes a root. Reads the environment once.
import './own-surroundings.ts';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorEvent, exitCodeOf } from './embedded/supervise-events.ts';
import { superviseSettings } from './embedded/supervise-settings.ts';
import { errorLines } from './station/error-lines.ts';
import { hiddenPrompt } from './station/hidden-prompt.ts';
import { makeRoot } from './station/make-root.ts';
import { runStation } from './station/run-station.ts';
import { parseRequest, type StationSurroundings } from './station/request.ts';

const environment: Record<string, string> = {};
for (const [name, value] of Object.entries(process.env)) if (value !== undefined) environment[name] = value;

const programDirectory = dirname(fileURLToPath(import.meta.url));
const surroundings: StationSurroundings = {
  environment,
  stateDirectory: superviseSettings({
    environment,
    programDirectory,
    homeDirectory: environment['HOME'] || homedir(),
    userId: process.getuid?.() ?? 0,
  }).stateDirectory,
  tokenCommand: [process.execPath, join(programDirectory, 'token.js')],
  pid: process.pid,
  ask: process.stdin.isTTY ? hiddenPrompt(process.stdin, process.stderr) : null,
  say: (line) => void process.stderr.write(`${line}\n`),
};

try {
  const request = parseRequest(process.argv[2] ?? '');
  if (request.work === 'serve') await runStation(request, surroundings);
  else process.stdout.write(await makeRoot(request, surroundings));
} catch (error) {
  for (const line of errorLines(error)) process.stderr.write(`${line}\n`);
  process.exitCode = exitCodeOf(errorEvent(error).code);
} finally {
  process.stdin.destroy();
}
