// SPDX-License-Identifier: Apache-2.0
// MigrateNova over databases of the release before, its tool killed at random moments: schemas and data end as undisturbed.
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { boxHost } from '../../activities/hosts/host.ts';
import { leaderOf } from '../../activities/hosts/local-box.ts';
import { query } from '../../activities/clients/postgres/sql.ts';
import { defaultServices } from '../../workflows/contracts/box/box-spec.ts';
import { taskQueue } from '../../workflows/contracts/run/messages.ts';
import type { Progress } from '../../workflows/contracts/run/progress.ts';
import { generator } from '../proofs/crash/crash-plan.ts';
import { ghostHost, ghostServers } from '../proofs/nova/ghost-servers.ts';
import { toolRuns, watchTools } from '../proofs/nova/tool-watch.ts';
import { endState } from '../system/end-state.ts';
import { journalIntervals, overlapsOf } from '../system/job-watch.ts';
import { Lab, labSpec } from '../system/lab.ts';
import { openLedger } from './ledger.ts';

const name = 'campaign-nova';
const present = labSpec(name, 42, { services: [...defaultServices] });
const before = labSpec(name, 42, { services: [...defaultServices], release: 'debian-12' });
const host = boxHost(name);
const databases = ['nova_api', 'nova_cell0', 'nova_cell1'];
const units = ['nova-api', 'nova-conductor', 'nova-scheduler', 'nova-compute'];
const asPostgres = ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups', '--'];
/** Some seconds of batches. */
const serverRows = 2000;

/** Runs until the tool was killed so often. Returns how many runs did not end as the undisturbed one. */
export async function migrateCampaign(kills: number, seed: number): Promise<number> {
  const lab = await Lab.create();
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-campaign-'));
  try {
    await lab.install(before);
    await keepDatabases(folder);
    await lab.destroy(name);
    await lab.install(present);
    return await killRounds(lab, folder, kills, seed);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await lab.dispose(name);
  }
}

/** On a cloud of the present release, with the databases of the folder. */
async function killRounds(lab: Lab, folder: string, kills: number, seed: number): Promise<number> {
  const ledger = await openLedger('migrate');
  const chance = generator(seed);
  let [bad, killed] = [0, 0];
  const expected = await migrated(lab, folder, null);
  // As long as the machine lets the tool live: on a busy one it takes several times as long to start.
  const lives = (await journalIntervals(name)).filter(({ name: lock }) => lock === 'db:nova');
  const lifeSeconds = lives.reduce((sum, { begin, end }) => sum + end - begin, 0) / lives.length;
  for (let run = 1; killed < kills; run += 1) {
    const begun = Date.now();
    const seen = watchTools(name, host);
    // Half as much again: now and then a tool gets away.
    const found = await migrated(lab, folder, () => 1.5 * lifeSeconds * chance());
    const together = await seen();
    const overlaps = overlapsOf(await journalIntervals(name)).length;
    const isSame = JSON.stringify(found.state) === JSON.stringify(expected.state);
    const isAlone = overlaps === 0 && together.processes <= 1 && together.sessions <= 1;
    if (!isSame || !isAlone || found.phase !== 'done') bad += 1;
    killed += found.moments.length;
    const { phase, moments } = found;
    const seconds = Math.round((Date.now() - begun) / 1000);
    await ledger.append({ seed, run, phase, moments, isSame, overlaps, ...together, seconds });
    const state = isSame ? 'same state' : 'DIFFERENT state';
    console.log(
      `run ${run}: ${phase}, ${state}, ${moments.length} kills, ${seconds} s: ${moments.join(' ')}`,
    );
    if (!isSame) console.log(difference(expected.state, found.state));
    if (!isAlone) console.log(`${overlaps} overlaps, ${together.sessions} sessions`, together.met);
  }
  return bad;
}

/** Filled as a cloud that was used, without the programs and the host that another box would refuse. */
async function keepDatabases(folder: string): Promise<void> {
  const cell1 = (statement: string) => query(host, 'nova_cell1', statement);
  await host.output(['systemctl', 'stop', ...units]);
  await cell1('DELETE FROM services');
  await cell1('DELETE FROM compute_nodes');
  await query(host, 'nova_api', 'DELETE FROM host_mappings');
  await query(
    host,
    'nova_api',
    "UPDATE cell_mappings SET transport_url = 'rabbit://elsewhere:5671/' WHERE name = 'cell1'",
  );
  await cell1(ghostHost);
  await cell1(ghostServers(serverRows, undefined, 'CASE WHEN n % 10 = 0 THEN n ELSE 0 END'));
  for (const database of databases) {
    await host.output([...asPostgres, 'pg_dump', '--format=custom', `--file=/var/tmp/${database}`, database]);
    await copyFile(await insidePath(database), join(folder, database));
  }
}

const insidePath = async (database: string): Promise<string> =>
  `/proc/${(await leaderOf(name)) ?? 0}/root/var/tmp/${database}`;

async function putBack(folder: string): Promise<void> {
  await host.output(['systemctl', 'stop', ...units], { timeoutSeconds: 120 });
  for (const database of databases) {
    await copyFile(join(folder, database), await insidePath(database));
    await query(host, 'postgres', `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await query(host, 'postgres', `CREATE DATABASE ${database} OWNER nova TEMPLATE template0`);
    const restore = ['pg_restore', '--exit-on-error', `--dbname=${database}`, `/var/tmp/${database}`];
    await host.output([...asPostgres, ...restore], { timeoutSeconds: 120 });
  }
}

interface Migrated {
  readonly phase: string;
  /** Steps under whose change the tool was killed. */
  readonly moments: readonly string[];
  readonly state: readonly string[];
}

/** Fewer than the silences that make a step ask a person. @source activity-profiles: five count as a try, of three */
const killsPerRun = 12;

/** `lifeSeconds`: how long the next tool may live, by chance; null: nothing is killed. */
async function migrated(lab: Lab, folder: string, lifeSeconds: (() => number) | null): Promise<Migrated> {
  await putBack(folder);
  const { workflow } = await lab.client();
  const handle = await workflow.start('MigrateNova', {
    workflowId: `migrate-nova/${name}`,
    taskQueue,
    args: [{ name, takeOver: false }],
  });
  let isOver = false;
  const end = lab.endOf(handle).finally(() => (isOver = true));
  const programs = startPrograms(lab, handle);
  const moments: string[] = [];
  while (lifeSeconds !== null && moments.length < killsPerRun && !isOver) {
    await toolRuns(name, () => isOver);
    await Promise.race([pause(1000 * lifeSeconds()), end]);
    const step = (await lab.progress(handle))?.steps.find(({ status }) => status === 'applying');
    const tool = '^/usr/bin/python3 /usr/bin/nova-manage';
    const { exitCode } = await host.run(['pkill', '-KILL', '--full', tool]);
    if (exitCode === 0) moments.push(step?.id ?? 'between');
  }
  await programs;
  const { phase } = await end;
  return { phase, moments, state: await stateOf() };
}

/** As a person would: once the schema is that of the release, its programs may run. */
async function startPrograms(lab: Lab, handle: WorkflowHandle): Promise<void> {
  const isThere = ({ steps }: Progress): boolean =>
    steps.some(({ id, status }) => id === 'nova.schema' && (status === 'changed' || status === 'same'));
  await lab.until(handle, 'schema', isThere, 600);
  await host.output(['systemctl', 'start', ...units], { timeoutSeconds: 120 });
}

/** Schemas and data of Nova's databases, and of every server what its migration changes. */
async function stateOf(): Promise<string[]> {
  const { address } = present.networks.management;
  const lines = (await endState({ box: name, address })).filter((line) => line.startsWith('database nova_'));
  const servers = 'SELECT id, uuid, deleted, host, compute_id IS NULL FROM instances ORDER BY id';
  return [...lines, ...(await query(host, 'nova_cell1', servers)).map((row) => row.join(' '))];
}

function difference(expected: readonly string[], found: readonly string[]): string {
  const more = found.filter((line) => !expected.includes(line)).map((line) => `+ ${line}`);
  const less = expected.filter((line) => !found.includes(line)).map((line) => `- ${line}`);
  return [...less, ...more].slice(0, 20).join('\n');
}
