// SPDX-License-Identifier: Apache-2.0
// What the exit codes of OpenStack's tools mean; each was read off a run. Data.
import type { ExitCodes } from '../workflows/contracts/database/database-driver.ts';

/** Of a command that changes a schema; 2 is what Python's argparse says to arguments it does not know. */
export const schemaCodes: ExitCodes = { 0: 'ended', 1: 'erred', 2: 'misused' };

/** As all, but a failed count of versions is 2 as well, beside arguments that it does not know. */
export const cinderSchemaCodes: ExitCodes = { 0: 'ended', 1: 'erred', 2: 'erred' };

/** What is not caught ends with 255, as when PostgreSQL is silent. */
export const shoutingCodes: ExitCodes = { ...schemaCodes, 255: 'erred' };

/** Of `online_data_migrations`, with a limit: those of Nova, Placement and Cinder agree. */
export const onlineCodes: ExitCodes = { 0: 'ended', 1: 'worked', 2: 'erred', 127: 'misused' };
