// SPDX-License-Identifier: Apache-2.0
// People around a ceremony: they plug in tokens, sometimes the wrong ones, approve, sometimes twice, and come back days later.
import type { Failure } from '../../../activities/clients/failure.ts';
import { refusalOf, type ResolveStep } from '../../../workflows/contracts/run/resolve-step.ts';
import type { StepProgress } from '../../../workflows/contracts/run/progress.ts';
import type { TableRun } from '../../../workflows/engine/run-table.ts';
import type { people } from '../../activities/authority/rehearsal.ts';
import type { FuzzedStation } from './fuzzed-station.ts';
import type { Dice, VirtualTime } from './virtual-time.ts';

export interface PersonCounts {
  answers: number;
  refusedAnswers: number;
  wrongTokens: number;
  repeatedApprovals: number;
  clockJumps: number;
  /** Temporal was down when they were given. */
  lostAnswers: number;
}

export class FuzzedPerson {
  readonly counts: PersonCounts = {
    answers: 0,
    refusedAnswers: 0,
    wrongTokens: 0,
    repeatedApprovals: 0,
    clockJumps: 0,
    lostAnswers: 0,
  };
  /** False while Temporal is down: nobody takes what they answer. */
  isHeard = true;
  #approved: string[] = [];

  constructor(
    private readonly station: FuzzedStation,
    private readonly time: VirtualTime,
    private readonly dice: Dice,
  ) {}

  /** Does what the step asks for, or something else. */
  async act(run: TableRun, step: StepProgress): Promise<void> {
    this.#mend(step);
    if (step.id.startsWith('approved.')) return this.#approve(run, step);
    this.#plug(step);
    if (step.status === 'parked') return this.#answer(run, step, { action: 'retry' });
    // What is typed is the serial number in hand, or the one that is wanted.
    const { root, intermediate } = this.station.rehearsal.tokens;
    const wanted = step.id === 'token.root' ? root : intermediate;
    const serial = this.dice.happens(0.1) ? this.station.strangers.other.serial : wanted.serial;
    if (step.question !== undefined && this.dice.happens(0.8))
      this.#answer(run, step, { action: 'answer', data: { serial } });
  }

  /** What a person sees in front of the station. */
  #mend({ failure }: StepProgress): void {
    if (/^Another certificate has the id/.test(failure?.message ?? '')) this.station.removeForeign();
    if (!this.station.isUp) this.station.startAgain();
    if (this.time.skew !== 0) this.time.skew = 0;
    else if (this.dice.happens(0.05)) {
      this.counts.clockJumps += 1;
      this.time.skew = this.dice.pick([-3_600_000, 40 * 86_400_000]);
    }
    // The maker's tool logs in, which gives back the tries.
    const isLow = /one more wrong PIN/.test(`${failure?.cause ?? ''} ${failure?.message ?? ''}`);
    if (isLow) for (const token of Object.values(this.station.rehearsal.tokens)) token.wrongPins = 0;
  }

  /** The token that the step is about, most of the time. */
  #plug({ id }: StepProgress): void {
    const { root, intermediate } = this.station.rehearsal.tokens;
    const { other, impostor, double } = this.station.strangers;
    const isOfRoot = ['token.root', 'certificate', 'crl'].includes(id);
    const [wanted, unwanted] = isOfRoot ? [root, intermediate] : [intermediate, root];
    const isWrong = this.dice.happens(0.2);
    if (isWrong) this.counts.wrongTokens += 1;
    this.station.plug(isWrong ? this.dice.pick([other, impostor, double, unwanted]) : wanted);
  }

  async #approve(run: TableRun, step: StepProgress): Promise<void> {
    const { rehearsal } = this.station;
    const who = this.dice.pick<keyof typeof people>(['alice', 'bob', 'bob', 'carol']);
    const isForged = this.dice.happens(0.1);
    if (this.#approved.includes(who)) this.counts.repeatedApprovals += 1;
    // Nothing to sign yet is nothing that a person can do.
    const data = await rehearsal.approval(who, new Date()).catch((_: Failure) => null);
    if (data === null) return;
    const { signature } = isForged ? await rehearsal.approval('carol', new Date()) : data;
    this.#approved = [...this.#approved, who];
    this.#answer(run, step, { action: 'answer', data: { ...data, signature } }, who);
  }

  #answer(
    run: TableRun,
    { id, occurrence }: StepProgress,
    said: Pick<ResolveStep, 'action' | 'data'>,
    actor: keyof typeof people = 'alice',
  ): void {
    const answer: ResolveStep = { step: id, occurrence, actor, reason: '', ...said };
    if (!this.isHeard) {
      this.counts.lostAnswers += 1;
      return;
    }
    // The validator of the workflow: what it refuses leaves no event.
    if (refusalOf(answer, run.progress().steps, this.time.now()) !== null) this.counts.refusedAnswers += 1;
    else {
      this.counts.answers += 1;
      run.resolve(answer);
    }
  }
}
