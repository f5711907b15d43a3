// SPDX-License-Identifier: Apache-2.0
// One run under a plan of crashes: the worker kills itself where the plan says, and is brought back each time.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { bundleWorkflowCode } from '@temporalio/worker';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import type { Progress } from '../../../workflows/contracts/run/progress.ts';
import { findBackgroundProcess } from '../../../workers/embedded/background-process.ts';
import { bundleProgram } from '../../run-ts.mjs';
import { Lab, root } from '../../system/lab.ts';

/** A lab whose worker is the real one with the crashes added, and shorter heartbeats. */
export async function crashLab(environment: Readonly<Record<string, string>> = {}): Promise<Lab> {
  const interceptors = join(root, 'test', 'system', 'crash-interceptors.ts');
  await Promise.all([
    bundleProgram('test/system/crash-worker.ts'),
    bundleWorkflows('crash-workflow-bundle.js', interceptors),
  ]);
  return Lab.create({ HOLDFAST_WORKER_ENTRY: join(root, 'dist', 'crash-worker.js'), ...environment });
}

/** All workflows with these interceptors, in dist/. Test files that run side by side each make it, so it is put in place whole. */
export async function bundleWorkflows(name: string, interceptors: string): Promise<void> {
  const silent = () => undefined;
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'workflows', 'index.ts'),
    workflowInterceptorModules: [interceptors],
    logger: {
      log: silent,
      trace: silent,
      debug: silent,
      info: silent,
      warn: console.warn,
      error: console.error,
    },
  });
  const path = join(root, 'dist', name);
  await writeFile(`${path}.${process.pid}`, code);
  await rename(`${path}.${process.pid}`, path);
}

export interface CrashedRun {
  readonly progress: Progress;
  readonly crashes: readonly string[];
}

export const installThroughCrashes = (
  lab: Lab,
  spec: BoxSpec,
  plans: readonly string[],
  meanwhile?: (handle: WorkflowHandle) => Promise<void>,
): Promise<CrashedRun> => runThroughCrashes(lab, () => lab.startInstall(spec), plans, meanwhile);

/**
 * `plans` are `<step>.<before|during|after|seen>`, `meanwhile` what goes on beside them; returns the end and every moment that
 * a crash really met.
 */
export async function runThroughCrashes(
  lab: Lab,
  begin: () => Promise<WorkflowHandle>,
  plans: readonly string[],
  meanwhile: (handle: WorkflowHandle) => Promise<void> = () => Promise.resolve(),
): Promise<CrashedRun> {
  const folder = join(lab.stateDirectory, 'crashes');
  await mkdir(folder, { recursive: true });
  await writeFile(join(lab.stateDirectory, 'crashes.log'), '');
  for (const plan of plans) await writeFile(join(folder, plan), '');
  const handle = await begin();
  let ended = false;
  const end = meanwhile(handle)
    .then(() => lab.endOf(handle))
    .finally(() => (ended = true));
  // Waited for below; until then a rejection is not unhandled.
  end.catch(() => undefined);
  while (!ended) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if ((await findBackgroundProcess(lab.stateDirectory, 'worker')) !== undefined) continue;
    // A worker may meet its next crash before it has said that it polls; then `up` says so, and is called again.
    await lab.run('supervise.js', ['up'], { reject: false });
  }
  // A moment that never came would meet a later run.
  await rm(folder, { recursive: true });
  const log = (await readFile(join(lab.stateDirectory, 'crashes.log'), 'utf8')).trim();
  const moments = log.split(/\s/).filter((word) => word.includes('.'));
  return { progress: await end, crashes: [...new Set(moments)] };
}
