// SPDX-License-Identifier: Apache-2.0
// The real worker with one addition: it kills itself where `<state>/crashes/` says so, or the box where `<state>/power-cuts/` does.
// Each crash happens once and is logged.
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { runWorker } from '../../workers/run-worker.ts';
import type { StepContext } from '../../workflows/contracts/run/table.ts';
import { commandSteps, isJobAlive, jobWatch, wholeCommandSteps } from './job-watch.ts';
import { cutPowerIfPlanned, powerCutPlan } from './power-cut.ts';

const state = process.env['HOLDFAST_STATE'] ?? '';

/** `seen`: behind the look that found the step as wanted, or not. */
type Moment = 'before' | 'during' | 'after' | 'seen';

const planOf = (step: string, when: Moment): string => join(state, 'crashes', `${step}.${when}`);

/** Steps of which a job is waited for, to meet it alive. */
const awaited = new Set<string>();

/**
 * The file's name is the crash: `<step>.<before|during|after|seen>`; the test makes it, the crash removes it.
 * Steps run side by side: the line in the log also names every command whose job this crash met alive.
 */
async function crashIfPlanned(box: string, step: string, when: Moment): Promise<void> {
  const plan = planOf(step, when);
  if (!existsSync(plan)) return;
  const met: string[] = [];
  for (const command of [...commandSteps, ...wholeCommandSteps])
    if (await isJobAlive(box, command)) met.push(`${command}.during`);
  // What began beside this one would lose its job to this crash unseen: the next worker may find the job ended.
  while (when !== 'during' && awaited.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  // Another watch may have come here while this one looked.
  if (!existsSync(plan)) return;
  rmSync(plan);
  appendFileSync(join(state, 'crashes.log'), `${Date.now()} ${[`${step}.${when}`, ...met].join(' ')}\n`);
  process.kill(process.pid, 'SIGKILL');
}

/** Everything that may be planned for a moment. The power goes first: a worker that is gone cuts none. */
async function meet(box: string, step: string, when: Moment): Promise<void> {
  await cutPowerIfPlanned(state, box, `${step}.${when}`);
  await crashIfPlanned(box, step, when);
}

/** Looking costs as much as some steps' own work. */
const isWatched = (step: string): boolean =>
  existsSync(planOf(step, 'during')) || existsSync(powerCutPlan(state, `${step}.during`));

/** Only while the job's own process lives does this count as a kill inside a durable command. */
function watchJob({ subject, step }: StepContext): NodeJS.Timeout {
  const isAlive = jobWatch(subject, step);
  return setInterval(() => {
    void isAlive().then((found) => (found ? meet(subject, step, 'during') : undefined));
  }, 10);
}

class CrashInterceptor implements ActivityInboundCallsInterceptor {
  constructor(private readonly activityId: string) {}

  async execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    const context = input.args[1] as StepContext | undefined;
    if (context === undefined) return next(input);
    if (!this.activityId.includes('/apply/')) {
      try {
        return await next(input);
      } finally {
        await meet(context.subject, context.step, 'seen');
      }
    }
    await meet(context.subject, context.step, 'before');
    const watch = isWatched(context.step) ? watchJob(context) : undefined;
    if (existsSync(planOf(context.step, 'during'))) awaited.add(context.step);
    try {
      return await next(input);
    } finally {
      clearInterval(watch);
      awaited.delete(context.step);
      await meet(context.subject, context.step, 'after');
    }
  }
}

const programDirectory = dirname(fileURLToPath(import.meta.url));
await runWorker({
  environment: process.env as Record<string, string>,
  programDirectory,
  options: {
    workflowBundle: { code: readFileSync(join(programDirectory, 'crash-workflow-bundle.js'), 'utf8') },
    // Below the heartbeat of 3 s, with room for a busy machine.
    maxHeartbeatThrottleInterval: '1 second',
    // A workflow task that waits for a dead worker's cache is handed on as soon.
    stickyQueueScheduleToStartTimeout: '3 seconds',
    interceptors: {
      activity: [(context) => ({ inbound: new CrashInterceptor(context.info.activityId) })],
    },
  },
  homeDirectory: homedir(),
  userId: process.getuid?.() ?? 0,
  pid: process.pid,
});
