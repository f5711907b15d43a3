// SPDX-License-Identifier: Apache-2.0
// The migration of one service's databases beside its schemas: its tool, its programs, its data.
import type {
  DatabaseDriver,
  OnlineProfile,
  SchemaProfile,
  ToolRepair,
} from '../../contracts/database/database-driver.ts';
import type { Apply, Observe } from '../run/activities.ts';

export interface ToolArgs extends Pick<DatabaseDriver, 'title' | 'user' | 'tool' | 'urls' | 'refused'> {
  readonly box: string;
  /** Brings the tool. */
  readonly package: string;
}

interface RepairArgs extends ToolRepair {
  readonly box: string;
}

export interface ProgramsStandArgs {
  readonly box: string;
  /** Names the record of what was stopped. */
  readonly service: string;
  readonly units: readonly string[];
  /** At these nothing has to stand still any more. */
  readonly databases: readonly SchemaProfile[];
}

export interface CodeArgs {
  readonly box: string;
  readonly units: readonly string[];
  /** The package whose files the programs run. */
  readonly code: string;
}

export interface OnlineArgs extends OnlineProfile {
  readonly box: string;
  readonly database: string;
  /** Put over the configured one, for a tool that reads one file for every cell; without a password. */
  readonly databaseUrl?: string;
  /** Of the release whose migrations have to have run to their end. */
  readonly version: string;
}

interface VersionArgs {
  readonly box: string;
  readonly databases: readonly string[];
  readonly version: string;
}

export interface MigrationsPort {
  /** A precondition: the tool is there, configured for these databases, and can migrate on PostgreSQL. */
  observeTool: Observe<ToolArgs>;
  observeRepair: Observe<RepairArgs>;
  repairTool: Apply<RepairArgs>;
  /** Also true once the databases are at their heads. */
  observeProgramsStopped: Observe<ProgramsStandArgs>;
  /** Remembers in the box which ran, before it stops them. */
  stopPrograms: Apply<ProgramsStandArgs>;
  /** True when none is remembered as stopped. */
  observeProgramsStarted: Observe<ProgramsStandArgs>;
  startPrograms: Apply<ProgramsStandArgs>;
  /** True when no program began before its code was installed. */
  observeCode: Observe<CodeArgs>;
  observeOnlineMigrations: Observe<OnlineArgs>;
  /** In batches, until nothing that can be migrated is left. */
  runOnlineMigrations: Apply<OnlineArgs>;
  observeVersion: Observe<VersionArgs>;
  recordVersion: Apply<VersionArgs>;
}
