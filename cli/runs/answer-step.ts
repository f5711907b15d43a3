// SPDX-License-Identifier: Apache-2.0
// Gives a person's answer to a step that waits for one. The run's own rule decides whether it holds.
import { CliError } from '../terminal/cli-error.ts';
import { formatOptions, type CommandContext, type CommandOption, type Options } from '../command.ts';
import { lookAt, noWorkerNote } from './look.ts';
import { namedRun } from './named-run.ts';
import { withTemporal } from '../local/open-temporal.ts';
import type { Progress, StepProgress } from '../../workflows/contracts/run/progress.ts';
import type { ResolveStep } from '../../workflows/contracts/run/resolve-step.ts';
import { typed } from '../terminal/settings.ts';
import { isForPrograms, writeDocument } from '../terminal/output-format.ts';

export const runIdArgument = { name: 'id', text: 'the id of a run, such as install-box/local-box' } as const;

export const answerOptions: readonly CommandOption[] = [
  { flags: '--step <step>', text: 'the step (may be left out when only one waits)', group: 'Answer' },
  { flags: '--reason <text>', text: 'why, kept in the history', group: 'Answer' },
  ...formatOptions('print the new progress as one JSON document'),
];

export interface Answering {
  /** What such a step does, for the refusal when there is none: `is parked`. */
  readonly waits: string;
  isOne(step: StepProgress): boolean;
  /** Last chance to refuse, or to ask the person; what it yields is added to the answer. */
  answer(step: StepProgress): Promise<Pick<ResolveStep, 'action' | 'digest' | 'data'>>;
  /** What becomes of the step: `will be tried again`; as the run shows it after the answer. */
  becomes(step: StepProgress): string;
}

/** @throws CliError when the run does not wait for such an answer, or refuses it */
export async function answerStep(
  context: CommandContext,
  id: string,
  options: Options,
  answering: Answering,
): Promise<void> {
  const { io } = context;
  await withTemporal(context, async ({ client }) => {
    const { runId } = await namedRun(client, id, {});
    const look = await lookAt(client, { id, runId }, null, io.now());
    if (look.run.status !== 'running')
      throw new CliError('usage', `${id} does not run: it is ${look.run.status}`);
    if (look.note === noWorkerNote || look.progress === null) throw noWorker();
    const step = waitingStep(look.progress, options['step'], id, answering);
    const answer: ResolveStep = {
      step: step.id,
      occurrence: step.occurrence,
      actor: io.userName,
      reason: typeof options['reason'] === 'string' ? options['reason'] : '',
      ...(await answering.answer(step)),
    };
    const before = step.approvals?.find(({ actor }) => actor === answer.actor)?.at;
    const answered = await client.resolve(id, look.run.runId, answer, before);
    if (answered.kind === 'no-worker') throw noWorker();
    if (answered.kind === 'refused') throw new CliError('usage', `${id} refuses: ${answered.message}`);
    if (isForPrograms(options)) writeDocument(io, options, answered.progress);
    else {
      const after = answered.progress.steps.find((each) => each.id === step.id) ?? step;
      io.stderr.write(`Step ${step.id} of ${id} ${answering.becomes(after)} (answered by ${answer.actor})\n`);
      io.stderr.write(`next: ${typed(io, `holdfast op watch ${id}`)}\n`);
    }
  });
}

function waitingStep(
  { steps, phase }: Progress,
  wanted: Options[string],
  id: string,
  { waits, isOne }: Answering,
): StepProgress {
  const waiting = steps.filter(isOne);
  const chosen = wanted === undefined ? waiting : steps.filter((step) => step.id === wanted);
  const [step, ...others] = chosen;
  if (step !== undefined && others.length === 0) return step;
  if (wanted !== undefined) {
    throw new CliError('usage', `${id} has no step ${String(wanted)}`, { next: `holdfast op show ${id}` });
  }
  if (step === undefined) throw new CliError('usage', `No step of ${id} ${waits}: it is ${phase}`);
  throw new CliError('usage', `More than one step ${waits}; name one with --step`, {
    details: waiting.map((each) => `${each.id}: ${each.failure?.message ?? ''}`),
  });
}

function noWorker(): CliError {
  return new CliError('failed', `There is ${noWorkerNote}; the answer was not taken`, {
    next: 'holdfast up',
  });
}
