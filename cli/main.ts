// SPDX-License-Identifier: Apache-2.0
// The command line's entry: the real process, the real Temporal, one run.
import { exit, processIo } from './terminal/io.ts';
import { run } from './program.ts';
import type { Connect } from './temporal/temporal-client.ts';

// Temporal's client is half of all code, and most commands that a person waits for end before they need it.
const load = () => import('./temporal/temporal-connect.ts');
const connect: Connect = Object.assign(
  async (...asked: Parameters<Connect>) => (await load()).connectTemporal(...asked),
  // What keeps it from loading is told when it is needed.
  { prepare: () => void load().catch(() => undefined) },
);

exit(await run(processIo(), connect));
