// SPDX-License-Identifier: Apache-2.0
// A state directory of its own with a real Temporal, a real worker and real boxes. What a test starts here, it ends here.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { execa } from 'execa';
import type { BoxSpec } from '../../workflows/contracts/box/box-spec.ts';
import { parseBoxSpec } from '../../workflows/contracts/box/box-spec.schema.ts';
import { queries, taskQueue, updates, type Compiled } from '../../workflows/contracts/run/messages.ts';
import type { Progress, Report, StepProgress } from '../../workflows/contracts/run/progress.ts';
import type { ResolveStep } from '../../workflows/contracts/run/resolve-step.ts';
import type { CompiledTable } from '../../workflows/contracts/run/table.ts';
import type { WantedSpec } from '../../workflows/contracts/box/wanted-spec.ts';
import { writePrivate } from '../../cli/terminal/files.ts';
import { activityRecords } from '../../cli/temporal/history.ts';
import { recordWanted } from '../../cli/records/wanted-spec.ts';
import { findFreePort } from '../../workers/embedded/border/listening-process.ts';
import { writeJsonFile } from '../../workers/embedded/json-file.ts';

/** Tests and recorders run from the project's root, bundled or not. */
export const root = process.cwd();

export interface RunOptions {
  readonly reject?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Processes {
  readonly temporal: number;
  readonly worker: number;
}

export class Lab {
  #client: Client | null = null;

  private constructor(
    readonly stateDirectory: string,
    private readonly extra: Readonly<Record<string, string>>,
  ) {}

  /** `extra` is added to the environment of Temporal, worker and command line. */
  static async create(extra: Readonly<Record<string, string>> = {}): Promise<Lab> {
    const lab = new Lab(await mkdtemp(join(tmpdir(), 'holdfast-test-')), extra);
    // Chosen apart from the usual ports, so that a test never meets a person's own Temporal.
    const ports = await freePorts();
    await writeJsonFile(join(lab.stateDirectory, 'temporal', 'ports.json'), ports);
    await lab.up();
    return lab;
  }

  /** A lab that another process made. */
  static at(stateDirectory: string): Lab {
    return new Lab(stateDirectory, {});
  }

  /** A second lab that shares this one's state (secrets, specs) but has a Temporal of its own. */
  async sibling(): Promise<Lab> {
    const other = new Lab(await mkdtemp(join(tmpdir(), 'holdfast-test-')), this.extra);
    await execa('cp', [
      '-a',
      join(this.stateDirectory, 'secrets'),
      join(this.stateDirectory, 'boxes'),
      other.stateDirectory,
    ]);
    const ports = await freePorts();
    await writeJsonFile(join(other.stateDirectory, 'temporal', 'ports.json'), ports);
    await other.up();
    return other;
  }

  get environment(): Record<string, string> {
    // What a test kills stays dead until the test starts it.
    return { HOLDFAST_STATE: this.stateDirectory, HOLDFAST_WATCH: 'off', ...this.extra };
  }

  async up(): Promise<void> {
    await this.run('supervise.js', ['up']);
    this.#client = null;
  }

  async down(): Promise<void> {
    await this.run('supervise.js', ['down']);
  }

  /** Runs a built program with this lab's state; a bad exit code throws unless `reject` is false. */
  run(program: string, args: readonly string[], options: RunOptions = {}) {
    const env = { ...this.environment, NO_COLOR: '1', ...options.environment };
    return execa('node', [join(root, 'dist', program), ...args], {
      env,
      reject: options.reject ?? true,
      cwd: root,
    });
  }

  /** Where this lab's Temporal listens. */
  async address(): Promise<string> {
    const path = join(this.stateDirectory, 'temporal', 'ports.json');
    const { port } = JSON.parse(await readFile(path, 'utf8')) as { port: number };
    return `127.0.0.1:${port}`;
  }

  async processes(): Promise<Processes> {
    const read = async (name: string) =>
      (
        JSON.parse(await readFile(join(this.stateDirectory, 'run', `${name}.json`), 'utf8')) as {
          pid: number;
        }
      ).pid;
    return { temporal: await read('temporal'), worker: await read('worker') };
  }

  async client(): Promise<Client> {
    if (this.#client === null) {
      const connection = await Connection.connect({
        address: await this.address(),
        channelArgs: { 'grpc.enable_http_proxy': 0 },
      });
      this.#client = new Client({ connection });
    }
    return this.#client;
  }

  /** Records a spec as the command line does; the input of a run names it. */
  wanted(spec: BoxSpec): Promise<WantedSpec> {
    return recordWanted({ io: { writePrivate }, stateDirectory: this.stateDirectory }, spec);
  }

  async startInstall(spec: BoxSpec, takeOver = false): Promise<WorkflowHandle> {
    const { workflow } = await this.client();
    return workflow.start('InstallBox', {
      workflowId: `install-box/${spec.name}`,
      taskQueue,
      args: [{ ...(await this.wanted(spec)), takeOver }],
    });
  }

  async install(spec: BoxSpec): Promise<Progress> {
    return this.endOf(await this.startInstall(spec));
  }

  /** @throws Error as soon as the run waits for a person: nobody answers it, and a test would wait for its time limit */
  async endOf(handle: WorkflowHandle): Promise<Progress> {
    let isOver = false;
    const result = (handle.result() as Promise<Progress>).finally(() => (isOver = true));
    const parked = async (): Promise<never> => {
      for (;;) {
        const progress = await this.progress(handle);
        if (progress?.phase === 'needs-operator') throw new Error(parkedText(progress));
        await new Promise((resolve) => setTimeout(resolve, 3000));
        if (isOver) await new Promise(() => undefined);
      }
    };
    return Promise.race([result, parked()]);
  }

  /** Of the newest run of that id that changes something. */
  async tableOf(id: string): Promise<CompiledTable> {
    const { workflow } = await this.client();
    const { events } = await workflow.getHandle(id).fetchHistory();
    const compiled = activityRecords(events ?? []).find((activity) => activity.id === 'compile/1');
    return (compiled?.result as Compiled).table;
  }

  async drift(box: string): Promise<Report> {
    const { workflow } = await this.client();
    const args = [{ name: box, takeOver: false }];
    return (await workflow.execute('DriftBox', { workflowId: `drift/${box}`, taskQueue, args })) as Report;
  }

  async plan(spec: BoxSpec): Promise<Report> {
    const { workflow } = await this.client();
    const args = [{ ...(await this.wanted(spec)), takeOver: false }];
    return (await workflow.execute('PlanBox', {
      workflowId: `plan/${spec.name}`,
      taskQueue,
      args,
    })) as Report;
  }

  async destroy(box: string): Promise<void> {
    const { workflow } = await this.client();
    const args = [{ name: box, takeOver: true }];
    await workflow.execute('DestroyBox', { workflowId: `destroy-box/${box}`, taskQueue, args });
  }

  /** Null while no worker answers. */
  async progress(handle: WorkflowHandle): Promise<Progress | null> {
    return handle.query<Progress | null>(queries.progress).catch(() => null);
  }

  /** Polls until the progress satisfies the condition. */
  async until(
    handle: WorkflowHandle,
    what: string,
    holds: (progress: Progress) => boolean,
    seconds = 120,
  ): Promise<Progress> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const progress = await this.progress(handle);
      if (progress !== null && holds(progress)) return progress;
      if (Date.now() > deadline)
        throw new Error(`Not within ${seconds} s: ${what}; ${JSON.stringify(progress)}`);
      // Each look is a task for the worker that is being waited for.
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  async resolve(handle: WorkflowHandle, answer: Omit<ResolveStep, 'actor' | 'reason'>): Promise<void> {
    const { step, occurrence, action } = answer;
    await handle.executeUpdate(updates.resolveStep, {
      args: [{ ...answer, actor: 'test', reason: 'a test' }],
      updateId: `${step}/${occurrence}/${action}`,
    });
  }

  /** The step that waits for a person, once one does. */
  async parked(handle: WorkflowHandle, seconds: number): Promise<StepProgress> {
    const waits = ({ phase }: Progress) => phase === 'needs-operator';
    const { steps } = await this.until(handle, 'needs-operator', waits, seconds);
    return steps.find(({ status }) => status === 'parked') as StepProgress;
  }

  /** Tries a parked step again; returns how the run ends. */
  async retried(handle: WorkflowHandle, { id, occurrence }: StepProgress): Promise<Progress> {
    await this.resolve(handle, { step: id, occurrence, action: 'retry' });
    return (await handle.result()) as Progress;
  }

  /** Cancels every run that is open and waits for its end: what a failed test left would refuse the next one. */
  async endRuns(): Promise<void> {
    const { workflow } = await this.client();
    for await (const { workflowId, runId } of workflow.list({ query: "ExecutionStatus = 'Running'" })) {
      const handle = workflow.getHandle(workflowId, runId);
      await handle.cancel();
      await handle.result().catch(() => undefined);
    }
  }

  /** Ends the boxes named, Temporal and the worker, and removes the state. */
  async dispose(...boxes: string[]): Promise<void> {
    await this.up();
    // An install that a failed test left at work would keep its box.
    await this.endRuns();
    for (const box of boxes) await this.destroy(box);
    await this.down();
    await rm(this.stateDirectory, { recursive: true, force: true });
  }
}

function parkedText({ operation, subject, steps }: Progress): string {
  const parked = steps.filter(({ status }) => status === 'parked');
  const causes = parked.map(({ id, failure }) =>
    [id, failure?.message, failure?.cause].filter(Boolean).join(': '),
  );
  return [`${operation} of ${subject} waits for a person`, ...causes].join('\n');
}

/** Drawn by chance, so that test files that begin at the same moment do not choose the same. */
async function freePorts(): Promise<{ port: number; uiPort: number }> {
  return { port: await findFreePort(0), uiPort: await findFreePort(0) };
}

/** A spec with a network of its own; `net` is the third octet, one per test file so that none meets another. */
export function labSpec(name: string, net: number, extra: object = {}): BoxSpec {
  const parsed = parseBoxSpec({
    apiVersion: 'holdfast/v1',
    kind: 'Box',
    name,
    networks: {
      management: { cidr: `10.78.${net}.0/24`, address: `10.78.${net}.2`, gateway: `10.78.${net}.1` },
    },
    // The least that is a cloud: what proves the engine needs no more, and twelve boxes have to fit into one test run.
    services: ['identity'],
    // Nor real guests: whoever proves those asks for them.
    hypervisor: 'fake',
    seeds: { projects: [{ name: 'demo', description: 'A project' }], test: null },
    ...extra,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  process.kill(pid, signal);
}
