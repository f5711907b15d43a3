// SPDX-License-Identifier: Apache-2.0
// The watch's program: reads the environment once and watches until SIGTERM. Run by `up`, or by systemd in the foreground.
import './own-surroundings.ts';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { superviseSettings } from './embedded/supervise-settings.ts';
import { connectionSettings } from './embedded/temporal/connection-settings.ts';
import { withConnection } from './embedded/temporal/service.ts';
import { OutageNotices } from './embedded/looks/outage-notices.ts';
import { overdueSchedules } from './embedded/looks/overdue-schedules.ts';
import { Pulses, silentParts } from './embedded/looks/pulse.ts';
import { signsOfLife } from './embedded/looks/signs-of-life.ts';
import { deadParts } from './embedded/supervise-status.ts';
import { endPart, up } from './embedded/supervision.ts';
import type { SuperviseEvent } from './embedded/supervise-events.ts';
import { watch, type Watched } from './embedded/watch.ts';

const settings = superviseSettings({
  environment: process.env as Record<string, string>,
  programDirectory: dirname(fileURLToPath(import.meta.url)),
  homeDirectory: process.env['HOME'] || homedir(),
  userId: process.getuid?.() ?? 0,
});

const say = (text: string): void => void process.stdout.write(`${new Date().toISOString()} ${text}\n`);
const ended = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => ended.abort());

const emit = (event: SuperviseEvent): void => {
  if (event.type === 'started') say(`started ${event.what} (pid ${event.pid})`);
};
const notices = new OutageNotices(settings.stateDirectory, say);
const pulses = new Pulses();

const watched: Watched = {
  dead: () => deadParts(settings),
  up: () => up(settings, emit),
  silent: async () => silentParts(await signsOfLife(settings), pulses, performance.now() / 1000),
  end: async (part) => {
    pulses.forget(part);
    await endPart(settings, part, emit);
  },
  tell: async (cause) => {
    if (cause === null) notices.over();
    else await notices.outage(`Nothing runs that takes care of it: ${cause}`);
  },
  lookAtSchedules: async () => {
    const environment = { ...settings.environment };
    const { connectionOptions, namespace } = await connectionSettings(environment, settings.stateDirectory);
    await withConnection(connectionOptions, async (connection) =>
      notices.overdue(await overdueSchedules(connection, namespace, Date.now())),
    );
  },
};
await watch(settings, watched, ended.signal, say);
// What it began under the lock is over; a timer of a library must not keep it.
process.exit(0);
