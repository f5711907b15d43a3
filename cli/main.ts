// SPDX-License-Identifier: Apache-2.0
// The command line's entry: the real process, the real Temporal, one run.
import { exit, processIo } from './terminal/io.ts';
import { run } from './program.ts';
import { connectTemporal } from './temporal/temporal-connect.ts';

exit(await run(processIo(), connectTemporal));
