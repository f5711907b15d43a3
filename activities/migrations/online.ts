// SPDX-License-Identifier: Apache-2.0
// Runs a service's online data migrations in batches until nothing is left. Judges each batch by code and table.
import { exitKind } from '../../workflows/contracts/database/database-driver.ts';
import {
  batchProgress,
  firstPace,
  judgeBatch,
  nextPace,
  progressText,
  widerPace,
  type BatchProgress,
} from './batches.ts';
import type { MigrationsPort, OnlineArgs } from '../../workflows/ports/cloud/migrations.ts';
import { recordMigrations, recordedMigrations } from '../clients/postgres/alembic.ts';
import { Failure } from '../clients/failure.ts';
import type { JobResult } from '../hosts/durable-command.ts';
import type { Host } from '../hosts/host.ts';
import type { Clients } from '../clients/index.ts';
import { query } from '../clients/postgres/sql.ts';
import { applying, observing, settleLiveJobs, type StepScope } from '../step-scope.ts';
import { isKilled, runCommand } from '../run-command.ts';

type OnlinePort = Pick<MigrationsPort, 'observeOnlineMigrations' | 'runOnlineMigrations'>;

/** Errors without progress in this many batches, one after another, are a person's. @source issue: two 2s in a row */
const erredBatchesMax = 2;

/** A server that acknowledges nothing for so long is gone; TCP by itself would wait for a quarter of an hour. */
const silenceMilliseconds = 15_000;

export function onlineMigrationActivities({ inside }: Clients): OnlinePort {
  return {
    // No command counts what is pending without migrating it: what is known is whether this code's migrations ran to an end.
    observeOnlineMigrations: observing(async (args, scope) => {
      const host = inside(args.box);
      await settleLiveJobs(host, scope, scope.key);
      const run = await recordedMigrations(host, args.database);
      const pending = await pendingRows(host, args);
      if (run === args.version && pending === 0) return [];
      const have = `${pending} rows pending, ${run === null ? 'never run' : `run by ${run}`}`;
      return [{ what: `data of ${args.database}`, have, want: `migrated by ${args.version}` }];
    }),
    runOnlineMigrations: applying(async (args, scope) => {
      const host = inside(args.box);
      const { rows, batches, left } = await runBatches(host, args, scope);
      await recordMigrations(host, args.database, args.version);
      const leftovers = left === 0 ? '' : `; ${left} cannot be migrated and stay as they are`;
      return `${rows} rows in ${batches} batches${leftovers}`;
    }),
  };
}

/** 0 as well while the schema is older than the question (no such table or column): then the rows before this one differ. */
async function pendingRows(host: Host, { database, pendingRows: count }: OnlineArgs): Promise<number> {
  try {
    const [[pending = '0'] = []] = await query(host, database, count);
    return Number(pending);
  } catch (error) {
    if (error instanceof Failure && /does not exist/.test(String(error.facts.cause))) return 0;
    throw error;
  }
}

async function runBatches(
  host: Host,
  args: OnlineArgs,
  scope: StepScope,
): Promise<{ rows: number; batches: number; left: number }> {
  let [pace, rows, erred] = [firstPace, 0, 0];
  const [pending, start] = [await pendingRows(host, args), Date.now()];
  for (let batch = 1; batch <= args.batchesMax; batch += 1) {
    const begun = Date.now();
    scope.tell(progressText(batch, rows, Math.max(0, pending - rows), (begun - start) / 1000));
    const result = await runBatch(host, args, scope, batch, pace.rows);
    const progress = batchProgress(result.stdoutTail);
    rows += progress.migrated;
    const verdict = judgeBatch(exitKind(args.exitCodes, result.exitCode), progress, pace.rows);
    if (verdict === 'done') return { rows, batches: batch, left: progress.found };
    if (verdict === 'hidden') {
      pace = widerPace(pace);
      continue;
    }
    if (verdict === 'more') {
      erred = 0;
      pace = nextPace(pace, (Date.now() - begun) / 1000);
      continue;
    }
    // Silence of the database is no error of a migration.
    await reach(host, args);
    erred += verdict === 'erred' ? 1 : 0;
    if (verdict === 'erred' && erred < erredBatchesMax) continue;
    throw failureOf(host, args, result, progress, verdict);
  }
  throw endless(host, args, rows);
}

/** Rows came to an end or not: a tool that has said "more" so often may say so for ever. */
function endless(host: Host, { argv, database, batchesMax }: OnlineArgs, rows: number): Failure {
  const message = `Online data migrations of ${database} did not end in ${batchesMax} batches: ${rows} rows migrated`;
  const cause = `${argv[0] ?? ''} said after each that there are more`;
  const hint =
    'See whether the rows are really migrated, then resolve the step with --retry for as many batches';
  return new Failure('Rejected', message, { on: host.name, cause, hint });
}

/** A command of its own key: an attempt that comes after a crash waits for the batch that runs, and goes on behind it. */
function runBatch(
  host: Host,
  { argv: tool, user, batchFlag, database, databaseUrl }: OnlineArgs,
  scope: StepScope,
  batch: number,
  size: number,
): Promise<JobResult> {
  const argv = [...tool, batchFlag, String(size)];
  const key = `${scope.key}.${database}.${scope.attempt}.${batch}`;
  // Read before the tool's own file, so that one serves every cell; the URL holds no password.
  const environment = {
    ...(databaseUrl !== undefined && {
      OS_DATABASE__CONNECTION: `${databaseUrl}&tcp_user_timeout=${silenceMilliseconds}`,
    }),
    PGCONNECT_TIMEOUT: String(silenceMilliseconds / 1000),
    // The release's own is 10 tries, 10 s apart, and other installers make it endless: the row's own wait is seen.
    OS_DATABASE__MAX_RETRIES: '2',
  };
  // What stands in the tool's log says less than the count of batches.
  const quiet = { ...scope, key, tell: () => undefined };
  return runCommand(host, quiet, { argv, user, environment });
}

/** On the tool's own way, as its user: our socket may answer while that is cut. @throws Failure Unreachable */
async function reach(host: Host, { database, databaseUrl, user }: OnlineArgs): Promise<void> {
  if (databaseUrl === undefined) return void (await query(host, database, 'SELECT 1'));
  const url = databaseUrl.replace(/^postgresql\+\w+:/, 'postgresql:');
  const psql = ['psql', '--no-psqlrc', '--quiet', '--command=SELECT', `${url}&connect_timeout=5`];
  const asUser = ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups', '--'];
  const { exitCode, stderr } = await host.run([...asUser, ...psql]);
  if (exitCode === 0) return;
  const facts = { on: host.name, cause: stderr.trim(), lost: true };
  throw new Failure('Unreachable', `PostgreSQL does not answer for database ${database}`, facts);
}

function failureOf(
  host: Host,
  { database }: OnlineArgs,
  result: JobResult,
  { found, migrated }: BatchProgress,
  verdict: string,
): Failure {
  const { exitCode, stdoutTail, stderrTail, logPath } = result;
  const message = `Online data migrations of ${database} ${verdict}: ${migrated} of ${found} rows in the last batch`;
  const lines = `${stdoutTail}\n${stderrTail}`.split('\n').filter((line) => /error|exception/i.test(line));
  const facts = { on: host.name, exitCode, logPath, cause: lines.at(-1) ?? `exit code ${exitCode}` };
  if (verdict === 'misused') return new Failure('Invariant', message, facts);
  // A killed tool migrated what it had committed; another try goes on from there.
  if (isKilled(result)) return new Failure('Unreachable', message, { ...facts, lost: true });
  return new Failure('Rejected', message, facts);
}
