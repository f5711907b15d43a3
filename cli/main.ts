// SPDX-License-Identifier: Apache-2.0
// The command line's entry: the real process, the real Temporal, one run.
import { exit, processIo } from './terminal/io.ts';
import { run } from './program.ts';
import type { Connect } from './temporal/temporal-client.ts';

// Temporal's client is half of all code, and most commands that a person waits for end before they need it.
const connect: Connect = async (ready, environment) => {
  const { connectTemporal } = await import('./temporal/temporal-connect.ts');
  return connectTemporal(ready, environment);
};

exit(await run(processIo(), connect));
