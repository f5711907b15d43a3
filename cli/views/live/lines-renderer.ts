// SPDX-License-Identifier: Apache-2.0
// Progress as lines: one for each change, one each 30 s while nothing changes. Never redraws.
import type { StepProgress } from '../../../workflows/contracts/run/progress.ts';
import type { Io } from '../../terminal/io.ts';
import { noWorkerNote, type Look } from '../../runs/look.ts';
import type { Outcome } from '../../runs/outcome.ts';
import type { WatchedRun } from '../../runs/watched-run.ts';
import { durationText, spanText } from '../../terminal/duration.ts';
import { endLines, failureLines, leaveLines } from '../text/end-text.ts';
import { failureLine } from '../text/failure-text.ts';
import { isActive, marks } from './marks.ts';
import type { Paint } from '../../terminal/paint.ts';
import type { Renderer } from './renderer.ts';
import { StepChanges } from '../text/step-changes.ts';

/** @source style rule: a log without a line for half a minute looks dead */
const stillRunningSeconds = 30;

export class LinesRenderer implements Renderer {
  readonly #changes = new StepChanges();
  #look: Look | null = null;
  #note: string | null = null;
  #beganAt = 0;
  #spokeAt = 0;

  constructor(
    private readonly io: Io,
    private readonly paint: Paint,
    private readonly looks: boolean,
  ) {}

  begin({ id, how }: WatchedRun): void {
    this.#beganAt = this.io.now();
    this.#line(`${id} ${how}`);
  }

  show(look: Look): void {
    this.#look = look;
    if (look.note !== this.#note)
      this.#line(look.note ?? (this.#note === noWorkerNote ? 'a worker answers again' : 'it goes on'));
    this.#note = look.note;
    if (this.looks || look.progress === null) return;
    for (const step of this.#changes.take(look.progress)) this.#step(step);
  }

  say(text: string): void {
    this.#line(text);
  }

  tick(): void {
    if (this.io.now() - this.#spokeAt < stillRunningSeconds * 1000) return;
    const active = (this.#look?.progress?.steps ?? []).filter(({ status }) => isActive(status));
    const steps = active.map((step) =>
      [step.id, marks[step.status].word, this.#span(step), step.detail].filter(Boolean).join(' '),
    );
    this.#line(['still running', this.#note, ...steps].filter((part) => part !== null).join('  '));
  }

  end(outcome: Outcome): void {
    if (outcome.progress !== null && !this.looks) {
      for (const step of this.#changes.take(outcome.progress)) this.#step(step);
    }
    const lines = this.looks ? lookEndLines(outcome, this.io) : endLines(outcome, this.io, this.paint);
    for (const line of lines) this.io.stderr.write(`${line}\n`);
  }

  stop(): void {
    // Lines need no tidying.
  }

  #step(step: StepProgress): void {
    const { colour, word } = marks[step.status];
    if (step.status === 'observing' || step.status === 'verifying' || step.status === 'pending') return;
    const details = [
      step.status === 'changed' ? `in ${this.#span(step)}` : '',
      step.status === 'changed' ? (step.detail ?? '') : '',
      step.tries > 1 || step.status === 'waiting' ? `try ${step.tries}` : '',
    ].filter(Boolean);
    const why = step.failure === undefined ? '' : `: ${failureLine(step.failure)}`;
    this.#line(
      `${step.id}  ${this.paint(colour, word)}${details.map((detail) => ` ${detail}`).join('')}${why}`,
    );
  }

  #span(step: StepProgress): string {
    return step.startedAt === undefined ? '' : spanText(step.startedAt, step.endedAt, this.io.now());
  }

  #line(text: string): void {
    this.#spokeAt = this.io.now();
    this.io.stderr.write(`${durationText(this.io.now() - this.#beganAt).padStart(6)}  ${text}\n`);
  }
}

/** A run that only looks ends with its report, which others print; only a bad end is told here. */
export function lookEndLines(outcome: Outcome, io: Io): string[] {
  if (outcome.kind === 'done') return [];
  return outcome.kind === 'left' ? leaveLines(outcome, io) : failureLines(outcome, io);
}
