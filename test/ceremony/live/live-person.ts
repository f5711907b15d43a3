// SPDX-License-Identifier: Apache-2.0
// The people of a live ceremony: they plug in tokens, sometimes the wrong one, approve, sometimes twice or by another's name, and mend what died.
import type { WorkflowHandle } from '@temporalio/client';
import type { Approved } from '../../../workflows/contracts/authority/approval.ts';
import { updates } from '../../../workflows/contracts/run/messages.ts';
import type { StepProgress } from '../../../workflows/contracts/run/progress.ts';
import type { ResolveStep } from '../../../workflows/contracts/run/resolve-step.ts';
import { signedApproval } from '../token-lab.ts';
import type { Dice } from '../fuzz/virtual-time.ts';
import type { LiveStation } from './live-station.ts';

export interface LivePersonCounts {
  answers: number;
  refusedAnswers: number;
  /** Temporal or the worker was dead when they answered. */
  lostAnswers: number;
  wrongTokens: number;
  repeatedApprovals: number;
  forgedApprovals: number;
}

/** @source an answer that nobody takes within it is given again */
const answerMilliseconds = 15_000;

export class LivePerson {
  readonly counts: LivePersonCounts = {
    answers: 0,
    refusedAnswers: 0,
    lostAnswers: 0,
    wrongTokens: 0,
    repeatedApprovals: 0,
    forgedApprovals: 0,
  };
  readonly #approved = new Set<string>();

  constructor(
    private readonly station: LiveStation,
    private readonly handle: WorkflowHandle,
    private readonly certificate: () => Promise<Approved>,
    private readonly dice: Dice,
  ) {}

  /** Does what the step asks for, or something else. */
  async act(step: StepProgress): Promise<void> {
    this.station.startStation();
    if (/was sent before and not taken/.test(textOf(step))) await this.station.correctPins();
    if (step.id.startsWith('approved.')) return this.#approve(step);
    await this.#plug(step);
    if (step.status === 'parked') return this.#answer(step, { action: 'retry' });
    if (step.question === undefined) return;
    const wanted = this.station.serialOf(step.id === 'token.root' ? 'root' : 'intermediate');
    const serial = this.dice.happens(0.1) ? this.station.stranger : wanted;
    return this.#answer(step, { action: 'answer', data: { serial } });
  }

  async #plug({ id }: StepProgress): Promise<void> {
    const [wanted, other] = ['token.root', 'certificate', 'crl'].includes(id)
      ? (['root', 'intermediate'] as const)
      : (['intermediate', 'root'] as const);
    const isWrong = this.dice.happens(0.2);
    if (isWrong) this.counts.wrongTokens += 1;
    await this.station.plug(isWrong ? this.dice.pick(['stranger', other] as const) : wanted);
  }

  async #approve(step: StepProgress): Promise<void> {
    const who = this.dice.pick(['alice', 'bob'] as const);
    const isForged = this.dice.happens(0.15);
    if (isForged) this.counts.forgedApprovals += 1;
    else if (this.#approved.has(who)) this.counts.repeatedApprovals += 1;
    else this.#approved.add(who);
    const data = signedApproval(
      who,
      await this.certificate(),
      isForged ? (who === 'alice' ? 'bob' : 'alice') : who,
    );
    return this.#answer(step, { action: 'answer', data }, who);
  }

  async #answer(
    { id, occurrence }: StepProgress,
    said: Pick<ResolveStep, 'action' | 'data'>,
    actor = 'alice',
  ): Promise<void> {
    const answer: ResolveStep = { step: id, occurrence, actor, reason: '', ...said };
    const sent = this.handle.executeUpdate(updates.resolveStep, { args: [answer] }).then(
      () => 'answers' as const,
      (error: unknown) => (isRefusal(error) ? 'refusedAnswers' : 'lostAnswers'),
    );
    const late = new Promise<'lostAnswers'>((resolve) => {
      setTimeout(() => resolve('lostAnswers'), answerMilliseconds).unref();
    });
    this.counts[await Promise.race([sent, late])] += 1;
  }
}

const textOf = ({ failure }: StepProgress): string => `${failure?.message ?? ''} ${failure?.cause ?? ''}`;

const isRefusal = (error: unknown): boolean =>
  error instanceof Error && error.name === 'WorkflowUpdateFailedError';
