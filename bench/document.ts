// SPDX-License-Identifier: Apache-2.0
// The numbers of a benchmark as the page docs/performance.md: each table with what it means.
import type { EngineTimes } from './engine.ts';
import type { Growth } from './growth.ts';
import type { InstallTimes } from './install.ts';
import { scriptBatchRows, type MigrateTimes } from './migrate.ts';
import { mirrorsChapter, mirrorsTables } from './mirrors/chapter.ts';
import type { MirrorTimes } from './mirrors/mirrors.ts';
import type { RotateTimes } from './rotate.ts';
import { startChapter, startTable } from './start-table.ts';
import type { StartTimes } from './start.ts';
import { markdownTable, sampleRow, type machine } from './report.ts';

export interface BenchResult {
  readonly machine: ReturnType<typeof machine>;
  readonly engine: EngineTimes | null;
  readonly install: InstallTimes | null;
  readonly migrate: MigrateTimes | null;
  readonly rotate: RotateTimes | null;
  readonly mirrors: MirrorTimes | null;
  readonly growth: Growth | null;
  readonly start: StartTimes | null;
}

/** `tables` is what a terminal shows, `text` the whole page. */
export function performanceDocument(result: BenchResult): { text: string; tables: string } {
  const { cores, memoryGibibytes, node } = result.machine;
  const on = `${cores} cores, ${memoryGibibytes} GiB of memory, Node.js ${node}`;
  const engine = result.engine === null ? '' : engineTables(result.engine);
  const install = result.install === null ? '' : installTable(result.install);
  const migrate = result.migrate === null ? '' : migrateTable(result.migrate);
  const rotate = result.rotate === null ? '' : rotateTable(result.rotate);
  const growth = result.growth === null ? '' : growthTables(result.growth);
  const mirrors = result.mirrors === null ? '' : mirrorsTables(result.mirrors);
  const start = result.start === null ? '' : startTable(result.start);
  const tables = [on, start, install, migrate, rotate, mirrors, growth, engine]
    .filter((part) => part !== '')
    .join('\n\n');
  const text = `# Performance

The last run of \`npm run bench -- --docs\`, on ${on}. Other machines give other numbers; the ratios are what to compare.

${startChapter}

${start}

## An install against a shell script

- **InstallBox**: a whole cloud, from the booted box to the end of the canary, on an image that is there.
- **script**: the same files and commands as one shell script, one after another, in a box from the same image, with the \`openstack\` client for what is done over an API. It is made from the very table that InstallBox runs. It looks at nothing before it acts and can be run once.
- One after the other, never at once: they would share the cores.

${install}

## MigrateNova against a shell script

- **MigrateNova**: dump with its restore test, schemas, cells, data in batches of about five seconds, hosts, Nova's own check, on a whole cloud with servers that wait for their migration.
- **script**: the same phases as one shell script in the same box, with batches of ${scriptBatchRows} rows, after MigrateNova and with the servers as they were before. It looks at nothing before it acts.
- **nothing to do**: MigrateNova once more, directly after itself.

${migrate}

${rotateChapter}

${rotate}

${mirrorsChapter}

${mirrors}

${growthChapter}

${growth}

## The engine against a plain loop

- **engine**: the real engine runs a table on the embedded Temporal; its activities do nothing. Every step is looked at, changed and looked at again. The activity that compiles the table is counted in, the lease is not.
- **plain loop**: a workflow that calls the same three activities per step, with the same options, and nothing else.
- Both sides alternate within one run, after one round to warm up. A time is that of a whole run, from its start by a client to its result, divided by the number of steps.
- **worker**: from the spawn of the built program to the file in which it says that it polls.

${engine}
`;
  return { text, tables };
}

function installTable({ workflowSeconds, scriptSeconds, ratio, steps }: InstallTimes): string {
  const shown = (seconds: number): string => `${seconds.toFixed(1)} s`;
  return markdownTable(
    ['from a booted box to a server', 'steps', 'wall'],
    [
      ['InstallBox', String(steps), shown(workflowSeconds)],
      ['script', String(steps), shown(scriptSeconds)],
      ['InstallBox ÷ script', '', ratio.toFixed(2)],
    ],
  );
}

function migrateTable({ rows, workflowSeconds, scriptSeconds, ratio, nothingSeconds }: MigrateTimes): string {
  const shown = (seconds: number): string => `${seconds.toFixed(1)} s`;
  return markdownTable(
    [`${rows} servers`, 'wall'],
    [
      ['MigrateNova', shown(workflowSeconds)],
      ['script', shown(scriptSeconds)],
      ['MigrateNova ÷ script', ratio.toFixed(2)],
      ['MigrateNova, nothing to do', shown(nothingSeconds)],
    ],
  );
}

const rotateChapter = `## A rotation of credentials against a script

- **RotateCloudCredentials**: users of one Keystone, each with a credential in use, all rotated at once; every new one is proven by a login before it is published.
- **script**: what a timer runs for the same users, one after another, with openstacksdk: roles, a new password, a second of waiting, a login, a credential, a file. It proves nothing.
- **tokens killed**: of tokens made just before by the credentials in use, one a user, those that Keystone refuses afterwards. A new password ends them all.
- Both make Keystone hash a password or a secret three times for each user: the script sets a password, logs in by it and creates a credential; the rotation logs in by the password there is, creates a credential, and logs in by that one. Keystone has one process in a box of two cores.
- **history**: what the run leaves in Temporal. Its limits are 51,200 events and 50 MiB, and it warns at 10 MiB: fifty users, the most that the spec of a cloud may list, need no child runs.`;

function rotateTable({ users, workflow, script, ratio, history }: RotateTimes): string {
  const shown = (seconds: number): string => `${seconds.toFixed(1)} s`;
  const { events, bytes } = history;
  const kept = `${events} events, ${(bytes / 2 ** 20).toFixed(1)} MiB`;
  return markdownTable(
    [`${users} users`, 'wall', 'tokens killed', 'history'],
    [
      ['RotateCloudCredentials', shown(workflow.seconds), String(workflow.tokensKilled), kept],
      ['script', shown(script.seconds), String(script.tokensKilled), ''],
      ['RotateCloudCredentials ÷ script', ratio.toFixed(2), '', ''],
    ],
  );
}

const growthChapter = `## A year on the defaults

- **a run**: what Temporal's database grows by, on a whole cloud with guests, run after run as the schedules start them.
- **kept**: of as many runs as there are at once. Temporal forgets a closed run after 30 days, so that the database stops growing then.
- Dumps: the default keeps seven. Logs in the box are rotated as Debian's packages say.`;

function growthTables({ kinds, dumpBytes, logs, workerBytes, temporalBytes }: Growth): string {
  const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
  const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;
  const database = markdownTable(
    ['operation', 'runs a day', 'a run', 'kept', 'runs measured'],
    kinds.map(({ operation, perDay, bytes, keptBytes, runs }) => [
      operation,
      String(perDay),
      kilobytes(bytes),
      megabytes(keptBytes),
      String(runs),
    ]),
  );
  const kept = kinds.reduce((sum, { keptBytes }) => sum + keptBytes, 0);
  const others = markdownTable(
    ['what', 'size'],
    [
      ["Temporal's database, from the 31st day on", megabytes(kept)],
      ['a dump of a cloud without data of users', megabytes(dumpBytes)],
      [`logs in the box, ${Math.round(logs.minutes)} minutes of this benchmark`, megabytes(logs.bytes)],
      [
        `worker, before and after ${workerBytes.runs} runs`,
        `${megabytes(workerBytes.before)}, ${megabytes(workerBytes.after)}`,
      ],
      ['memory of Temporal', megabytes(temporalBytes)],
    ],
  );
  return `${database}\n\n${others}`;
}

function engineTables({ comparisons, workerStart }: EngineTimes): string {
  const head = ['per step', 'median', 'least', 'most', 'runs'];
  const perStep = markdownTable(
    head,
    comparisons.flatMap(({ engine, plain }) => [engine, plain].map(sampleRow)),
  );
  const ratios = markdownTable(
    ['shape', 'engine ÷ plain loop'],
    comparisons.map(({ shape, ratio }) => [shape, ratio.toFixed(2)]),
  );
  const started = markdownTable(['start', ...head.slice(1)], [sampleRow(workerStart)]);
  return [perStep, ratios, started].join('\n\n');
}
