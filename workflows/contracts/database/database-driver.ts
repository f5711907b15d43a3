// SPDX-License-Identifier: Apache-2.0
// How the databases of a service migrate on PostgreSQL, as data, and what exit codes of its tool mean. Runs nothing.

/** Every service that has a driver. */
export const databaseServices = [
  'keystone',
  'glance',
  'placement',
  'neutron',
  'nova',
  'cinder',
  'octavia',
  'designate',
  'barbican',
  'heat',
] as const;
export type DatabaseService = (typeof databaseServices)[number];

/** What an exit code of a tool says; a code that no map names says `broken`. */
export type ExitKind =
  /** It did all that it was asked. */
  | 'ended'
  /** A batch was worked; ask again. */
  | 'worked'
  /** It says no, or what it ran into raised errors. */
  | 'erred'
  /** It refused its arguments: a fault of holdfast. */
  | 'misused'
  /** It was ended from outside, or by an error of its own. */
  | 'broken';

/** Exit code → what it says. */
export type ExitCodes = Readonly<Record<number, Exclude<ExitKind, 'broken'>>>;

export function exitKind(exitCodes: ExitCodes, exitCode: number): ExitKind {
  return exitCodes[exitCode] ?? 'broken';
}

export interface SchemaProfile {
  readonly database: string;
  /** alembic revisions; one database may have a head per branch. */
  readonly heads: readonly string[];
  /** Heads of other branches may stand beside these. Default: these alone. */
  readonly isPart?: boolean;
  /** Values by type that the programs write and the command leaves out on PostgreSQL, at its heads as well. */
  readonly enums?: Readonly<Record<string, readonly string[]>>;
}

/** One command that brings databases to their heads. */
export interface MigrationProfile {
  readonly argv: readonly string[];
  /** Linux user, and the role that owns the databases. */
  readonly user: string;
  readonly exitCodes: ExitCodes;
  readonly databases: readonly SchemaProfile[];
}

/** Migrations of data that run beside the service, a batch at a time. */
export interface OnlineProfile {
  readonly argv: readonly string[];
  readonly user: string;
  /** As the tool spells it. */
  readonly batchFlag: '--max-count' | '--max_count';
  readonly exitCodes: ExitCodes;
  /** The loop ends there and asks a person: a tool that always says "more" would go on for ever. */
  readonly batchesMax: number;
  /** Counts the steps of a database that this release's own migrations can still migrate: SQL. */
  readonly pendingRows: string;
}

/** A fault of the tool's own files on PostgreSQL, and the few characters that cure it. */
export interface ToolRepair {
  /** Of its step: `repair.<name>`. */
  readonly name: string;
  readonly path: string;
  readonly find: string;
  readonly put: string;
  /** What the tool says without it. */
  readonly why: string;
}

export interface DatabaseDriver {
  /** For people. */
  readonly title: string;
  /** Any of them in a box's packages means that the service is there, and brings the tool. */
  readonly packages: readonly string[];
  /** Whose files the service's programs run. */
  readonly code: string;
  /** Linux user, and the role that owns the databases. */
  readonly user: string;
  readonly tool: string;
  /** Where the tool reads the URL of each database; none: the steps of an install see to it. */
  readonly urls: readonly {
    readonly path: string;
    readonly section: string;
    readonly key: string;
    readonly database: string;
  }[];
  /** In order; by the name of its step. One alone is `schema`; Nova has `api-schema` and `schema`. */
  readonly schemas: Readonly<Record<string, MigrationProfile>>;
  /** The same in two parts, with the programs' restart between them. */
  readonly phases?: { readonly expand: MigrationProfile; readonly contract: MigrationProfile };
  readonly online?: OnlineProfile;
  readonly repairs: readonly ToolRepair[];
  /** Programs that use the databases. */
  readonly units: readonly string[];
  /** Which command they must not run beside, and why; none: they may run all the while. */
  readonly stops?: { readonly for: 'schema' | 'contract'; readonly why: string };
  /** What the tool cannot do on PostgreSQL. `all`: nothing can be migrated, so nothing is begun. */
  readonly refused: readonly {
    readonly command: string;
    readonly why: string;
    readonly all?: boolean;
  }[];
}

export interface MigrateDatabaseInput {
  /** Of a recorded box. */
  readonly name: string;
  readonly service: DatabaseService;
  readonly takeOver: boolean;
}

/** Every database of the driver at the end of all phases. */
export function schemasOf({ schemas }: DatabaseDriver): SchemaProfile[] {
  return Object.values(schemas).flatMap(({ databases }) => databases);
}

/** For titles: a plan tells where the databases are to go also when they are there. */
export function headsText({ databases }: MigrationProfile): string {
  const heads = [...new Set(databases.flatMap((each) => each.heads))];
  return heads.join(' + ');
}
