// SPDX-License-Identifier: Apache-2.0
// What a year on the defaults costs: bytes of a run of each kind, measured on a whole cloud with guests, and memory of worker and Temporal. Asserts nothing.
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { boxHost } from '../activities/hosts/host.ts';
import { RETENTION_DAYS } from '../workers/embedded/temporal/service.ts';
import { Lab, labSpec } from '../test/system/lab.ts';
import { defaultServices } from '../workflows/contracts/box/box-spec.ts';
import type { DumpManifest } from '../workflows/contracts/box/dump.ts';
import { taskQueue } from '../workflows/contracts/run/messages.ts';

/** With the project and the network that a canary needs. */
const spec = labSpec('bench-growth', 64, {
  services: [...defaultServices],
  hypervisor: 'auto',
  seeds: { projects: [] },
});

/** A run of each kind before the first number: what a first one adds is added once. */
const warmUps = 3;
/** How often each runs on the defaults, a day. @source docs/spec.md, schedules */
const schedules = [
  { operation: 'DriftBox', slug: 'drift', runs: 60, perDay: 24 },
  { operation: 'Canary', slug: 'canary', runs: 8, perDay: 144 },
  { operation: 'DumpBox', slug: 'dump-box', runs: 10, perDay: 1 },
  { operation: 'RenewCertificates', slug: 'renew-certificates', runs: 20, perDay: 1 },
  { operation: 'RotateServiceCredentials', slug: 'rotate-credentials', runs: 20, perDay: 4 },
] as const;

type Scheduled = (typeof schedules)[number];

interface KindGrowth {
  readonly operation: string;
  readonly runs: number;
  readonly perDay: number;
  /** Of Temporal's database, a run. */
  readonly bytes: number;
  /** Of as many runs as are kept at once. */
  readonly keptBytes: number;
}

export interface Growth {
  readonly kinds: readonly KindGrowth[];
  /** Of one dump of a cloud without users' data; the default keeps seven. */
  readonly dumpBytes: number;
  /** Of /var/log in the box while all this ran, which is many times as busy as a usual day; logrotate keeps four weeks of most. */
  readonly logs: { readonly bytes: number; readonly minutes: number };
  readonly workerBytes: { readonly before: number; readonly after: number; readonly runs: number };
  readonly temporalBytes: number;
}

/** Takes about half an hour. */
export async function benchGrowth(): Promise<Growth> {
  const lab = await Lab.create();
  try {
    await lab.install(spec);
    const begun = { at: Date.now(), logs: await logBytes() };
    for (const kind of schedules) await repeat(lab, kind, warmUps);
    const before = await memoryOf((await lab.processes()).worker);
    const kinds: KindGrowth[] = [];
    for (const kind of schedules) kinds.push(await growthOf(lab, kind));
    const { worker, temporal } = await lab.processes();
    const minutes = (Date.now() - begun.at) / 60_000;
    return {
      kinds,
      dumpBytes: await newestDump(lab),
      logs: { bytes: (await logBytes()) - begun.logs, minutes },
      workerBytes: {
        before,
        after: await memoryOf(worker),
        runs: schedules.reduce((sum, { runs }) => sum + runs, 0),
      },
      temporalBytes: await memoryOf(temporal),
    };
  } finally {
    await lab.dispose(spec.name);
  }
}

async function growthOf(lab: Lab, kind: Scheduled): Promise<KindGrowth> {
  const { operation, runs, perDay } = kind;
  const before = await databaseBytes(lab);
  await repeat(lab, kind, runs);
  const bytes = ((await databaseBytes(lab)) - before) / runs;
  return { operation, runs, perDay, bytes, keptBytes: bytes * perDay * RETENTION_DAYS };
}

/** As a schedule starts them. */
async function repeat(lab: Lab, { operation, slug }: Scheduled, runs: number): Promise<void> {
  const { workflow } = await lab.client();
  for (let run = 0; run < runs; run += 1) {
    const isCanary = operation === 'Canary';
    const subject = isCanary ? `${spec.name}-test` : spec.name;
    const due = operation === 'RotateServiceCredentials' ? true : undefined;
    const input = isCanary ? { cloud: subject, scheduled: true } : { name: subject, scheduled: true, due };
    const handle: WorkflowHandle = await workflow.start(operation, {
      workflowId: `${slug}/${subject}`,
      taskQueue,
      args: [input],
    });
    await handle.result();
  }
}

/** With what is written beside it and not merged yet. */
async function databaseBytes(lab: Lab): Promise<number> {
  const folder = join(lab.stateDirectory, 'temporal');
  const names = (await readdir(folder)).filter((name) => name.startsWith('temporal.db'));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Resident memory of a process. */
async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN);
}

async function logBytes(): Promise<number> {
  const size = await boxHost(spec.name).output(['du', '--summarize', '--bytes', '/var/log']);
  return Number.parseInt(size, 10);
}

async function newestDump(lab: Lab): Promise<number> {
  const { stdout } = await lab.run('cli.js', ['box', 'dumps', spec.name, '--json']);
  const [newest] = JSON.parse(stdout) as DumpManifest[];
  return (newest?.databases ?? []).reduce((sum, { bytes }) => sum + bytes, 0);
}
