// SPDX-License-Identifier: Apache-2.0
// `holdfast op approve`: shows what a gated step would change, and agrees to exactly that.
import { answerOptions, answerStep, runIdArgument } from '../../runs/answer-step.ts';
import { CliError } from '../../terminal/cli-error.ts';
import type { Command, CommandContext, Options } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { clockText } from '../../terminal/time-text.ts';
import { oneLine } from '../../views/text/failure-text.ts';
import type { GateQuestion, StepProgress } from '../../../workflows/contracts/run/progress.ts';
import { isForPrograms } from '../../terminal/output-format.ts';

export const opApprove: Command = {
  words: ['op', 'approve'],
  summary: 'agree to a change that cannot be taken back',
  arguments: [runIdArgument],
  options: [
    { flags: '--yes', text: 'agree to what is shown without being asked', group: 'Answer' },
    { flags: '--digest <digest>', text: 'agree only if this is what would change', group: 'Answer' },
    ...answerOptions,
  ],
  examples: [
    'op approve migrate-nova/local-box',
    'op approve migrate-nova/local-box --step nova.contract --yes --reason "window of tonight"',
  ],
  run: async (context, [id = ''], options) => {
    await answerStep(context, id, options, {
      waits: 'waits for an approval',
      becomes: ({ asks, approvals = [] }) =>
        asks?.approvals === undefined
          ? 'is approved'
          : `has ${approvals.length} of ${asks.approvals} approvals`,
      isOne: ({ asks }) => asks !== undefined,
      answer: async (step) => ({ action: 'approve', digest: await agreed(context, id, options, step) }),
    });
    return exitCodes.done.code;
  },
};

/** The digest of what the person saw. @throws CliError (exit 2) when nobody agreed */
async function agreed(
  { io }: CommandContext,
  id: string,
  options: Options,
  step: StepProgress,
): Promise<string> {
  const { asks } = step;
  if (asks === undefined)
    throw new CliError('usage', `Step ${step.id} asks for no approval: it is ${step.status}`);
  for (const line of questionLines(step, asks, io.now())) io.stderr.write(`${line}\n`);
  const wanted = options['digest'];
  if (wanted !== undefined && wanted !== asks.digest)
    throw new CliError(
      'usage',
      `What would change is ${asks.digest}, not ${String(wanted)}; nothing was approved`,
    );
  if (options['yes'] === true || wanted !== undefined) return asks.digest;
  const mayAsk = io.stdinIsTty && io.stderr.isTty && !isForPrograms(options) && !io.environment['CI'];
  const next = `holdfast op approve ${id} --step ${step.id} --digest ${asks.digest}`;
  if (!mayAsk)
    throw new CliError('usage', 'An approval needs a person or --digest; nothing was approved', { next });
  const answer = await io.ask(`Apply this? Only "yes" approves: `);
  if (answer?.trim() !== 'yes') throw new CliError('usage', 'Nothing was approved', { next });
  return asks.digest;
}

function questionLines(
  { id, title, approval, approvals = [] }: StepProgress,
  asks: GateQuestion,
  now: number,
): string[] {
  const { differences, count, why, digest, requestedBy } = asks;
  const people = approvals.map(({ actor, until }) => `${actor} (until ${clockText(until, now)})`);
  return [
    `${id}: ${title}`,
    `  why you are asked: ${why}`,
    ...differences.map(
      ({ what, have, want }) => `    ${oneLine(what)}: ${oneLine(have)} -> ${oneLine(want)}`,
    ),
    ...(count > differences.length ? [`  and ${count - differences.length} more`] : []),
    ...(approval === undefined
      ? []
      : [`  approved before by ${approval.actor} at ${clockText(approval.at, now)}`]),
    ...(asks.approvals === undefined
      ? []
      : [`  people who have to approve: ${asks.approvals}; so far: ${people.join(', ') || 'nobody'}`]),
    ...(requestedBy === undefined ? [] : [`  requested by ${requestedBy}, who may not approve`]),
    `  digest: ${digest}`,
  ];
}
