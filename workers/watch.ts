// SPDX-License-Identifier: Apache-2.0
// The watch's program: reads the environment once and watches until SIGTERM. Run by `up`, or by systemd in the foreground.
import './own-umask.ts';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { superviseSettings } from './embedded/supervise-settings.ts';
import { deadParts, up } from './embedded/supervision.ts';
import { watch } from './embedded/watch.ts';

const settings = superviseSettings({
  environment: process.env as Record<string, string>,
  programDirectory: dirname(fileURLToPath(import.meta.url)),
  homeDirectory: process.env['HOME'] || homedir(),
  userId: process.getuid?.() ?? 0,
});

const say = (text: string): void => void process.stdout.write(`${new Date().toISOString()} ${text}\n`);
const ended = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => ended.abort());

const watched = {
  dead: () => deadParts(settings),
  up: () =>
    up(settings, (event) => {
      if (event.type === 'started') say(`started ${event.what} (pid ${event.pid})`);
    }),
};
await watch(settings, watched, ended.signal, say);
// What it began under the lock is over; a timer of a library must not keep it.
process.exit(0);
