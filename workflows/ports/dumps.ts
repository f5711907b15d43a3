// SPDX-License-Identifier: Apache-2.0
// Copies of a box's databases on the machine that holds it, and the way back.
import type { SchemaProfile } from '../contracts/database/database-driver.ts';
import type { Apply, Observe } from './run/activities.ts';

export interface DatabaseName {
  readonly database: string;
  readonly role: string;
}

export interface DumpArgs {
  readonly box: string;
  readonly databases: readonly DatabaseName[];
  /** Put back into scratch databases as well, and compared there; default: only read to the end. */
  readonly isTried?: boolean;
  /** Nothing is left to migrate then, so there is nothing to dump first; default: a dump is always taken. */
  readonly unless?: {
    readonly schemas: readonly SchemaProfile[];
    /** Of the release whose driver brought them there. */
    readonly version: string;
    /** Counts steps of each database that are still to be migrated: SQL. */
    readonly pendingRows: readonly string[];
  };
}

export interface RestoreArgs extends DumpArgs {
  /** Id of a dump: 16 hex digits. */
  readonly dump: string;
}

interface ServicesArgs extends DumpArgs {
  readonly units: readonly string[];
}

/** A box on its way to another release. */
interface CarryArgs extends ServicesArgs {
  /** Debian's name of the release that it goes to. */
  readonly suite: string;
}

export interface DumpsPort {
  /** True once this run's own dump is whole. */
  observeDump: Observe<DumpArgs>;
  takeDump: Apply<DumpArgs>;
  observeRetention: Observe<{ readonly box: string; readonly keep: number }>;
  removeOldDumps: Apply<{ readonly box: string; readonly keep: number }>;
  observeDumpIntact: Observe<RestoreArgs>;
  /** Also true once the databases are put back: nothing has to stand still any more. */
  observeServicesStopped: Observe<ServicesArgs>;
  stopServices: Apply<ServicesArgs>;
  observeRestored: Observe<RestoreArgs>;
  restoreDatabases: Apply<RestoreArgs>;
  /** True once this run has a dump of the databases that were not written to since, or the box has the other release. */
  observeCarried: Observe<CarryArgs>;
  /** Stops the units, and dumps. */
  carryDatabases: Apply<CarryArgs>;
  /** True once the databases carry what was taken along, or nothing was. */
  observeBrought: Observe<DumpArgs>;
  bringDatabases: Apply<DumpArgs>;
  observeServicesStarted: Observe<ServicesArgs>;
  startServices: Apply<ServicesArgs>;
}
