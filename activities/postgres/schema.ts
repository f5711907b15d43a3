// SPDX-License-Identifier: Apache-2.0
// Brings a service's databases to their heads, and adds what its command leaves out. Success is read from the database: exit codes and --check lie.
import { exitKind, type SchemaProfile } from '../../workflows/contracts/database/database-driver.ts';
import type { SchemaArgs, SchemaPort } from '../../workflows/ports/cloud/schema.ts';
import { headsOf, recordBirth, schemaDifferences, valuesMissing } from '../clients/postgres/alembic.ts';
import { Failure } from '../clients/failure.ts';
import type { Host } from '../hosts/host.ts';
import type { Clients } from '../clients/index.ts';
import { identifier, literal, query } from '../clients/postgres/sql.ts';
import { isKilled, rejectionOf, runCommand } from '../run-command.ts';
import { applying, observing, settleLiveJobs, type StepScope } from '../step-scope.ts';

export function schemaActivities({ inside }: Clients): SchemaPort {
  return {
    observeSchema: observing(async ({ box, databases }, scope) => {
      const host = inside(box);
      if (scope.context.epoch > 0) await settleLiveJobs(host, scope, scope.key);
      return (await Promise.all(databases.map((each) => schemaDifferences(host, each)))).flat();
    }),
    migrateSchema: applying(async (args, scope) => {
      const host = inside(args.box);
      // Before the command: a worker that dies behind it would find no empty database any more.
      if (args.release !== undefined) await recordBirths(host, args.databases, args.release);
      await migrate(host, args, scope);
      for (const each of args.databases) await addValues(host, each);
      return undefined;
    }),
  };
}

/** @throws Failure Rejected with what the tool said; Invariant when it refused its arguments; Unreachable when it was killed */
async function migrate(host: Host, { argv, user, exitCodes }: SchemaArgs, scope: StepScope): Promise<void> {
  const result = await runCommand(host, scope, { argv: [...argv], user });
  const kind = exitKind(exitCodes, result.exitCode);
  if (kind === 'ended') return;
  const { message, facts } = rejectionOf(host, argv, result);
  if (kind === 'misused') throw new Failure('Invariant', message, facts);
  // Killed from outside: what it did not commit is undone by PostgreSQL, and another try begins anew.
  if (isKilled(result)) throw new Failure('Unreachable', message, { ...facts, lost: true });
  throw new Failure('Rejected', message, facts);
}

async function recordBirths(host: Host, databases: readonly SchemaProfile[], release: string): Promise<void> {
  for (const { database } of databases)
    if ((await headsOf(host, database)).length === 0) await recordBirth(host, database, release);
}

/** At the end of the type: no order of these values has a meaning. */
async function addValues(host: Host, schema: SchemaProfile): Promise<void> {
  for (const { type, value } of await valuesMissing(host, schema))
    await query(
      host,
      schema.database,
      `ALTER TYPE ${identifier(type)} ADD VALUE IF NOT EXISTS ${literal(value)}`,
    );
}
