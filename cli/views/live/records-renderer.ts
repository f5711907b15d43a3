// SPDX-License-Identifier: Apache-2.0
// Progress as records on stdout: start, step, retry, blocked, result. `type`, `code` and `data` are promised.
import { recapOf, waitsForPerson, type StepProgress } from '../../../workflows/contracts/run/progress.ts';
import type { Options } from '../../command.ts';
import type { CliError } from '../../terminal/cli-error.ts';
import type { Io } from '../../terminal/io.ts';
import { writeRecord } from '../../terminal/output-format.ts';
import { noWorkerNote, type Look } from '../../runs/look.ts';
import { isParked, type Outcome } from '../../runs/outcome.ts';
import type { WatchedRun } from '../../runs/watched-run.ts';
import type { Renderer } from './renderer.ts';
import { StepChanges } from '../text/step-changes.ts';

/** Raised when a promised field changes its meaning; new fields do not count. */
const recordsSchemaVersion = 1;

export class RecordsRenderer implements Renderer {
  readonly #changes = new StepChanges();
  #note: string | null = null;

  constructor(
    private readonly io: Io,
    private readonly options: Options,
  ) {}

  begin({ id, runId, type, how }: WatchedRun): void {
    this.#write('start', how, { schemaVersion: recordsSchemaVersion, id, runId, workflow: type });
  }

  show(look: Look): void {
    if (look.note !== null && look.note !== this.#note) {
      const code = look.note === noWorkerNote ? 'NoWorker' : 'Retrying';
      this.#write('blocked', code, { message: look.note });
    }
    this.#note = look.note;
    for (const step of look.progress === null ? [] : this.#changes.take(look.progress)) this.#step(step);
    if (!isParked(look)) return;
    for (const step of look.progress?.steps.filter(waitsForPerson) ?? []) {
      const { failure, id, occurrence, skippable, question } = step;
      const { nextCommand } = look.progress ?? {};
      this.#write('blocked', failure?.code ?? 'Invariant', {
        step: id,
        occurrence,
        skippable,
        failure,
        question,
        nextCommand,
      });
    }
  }

  say(text: string): void {
    this.io.stderr.write(`${text}\n`);
  }

  tick(): void {}
  stop(): void {}

  end(outcome: Outcome): void {
    const { kind, exitCode, id, startedAt, endedAt, progress, failure, report, canaryRun, nextCommand } =
      outcome;
    for (const step of progress === null ? [] : this.#changes.take(progress)) this.#step(step);
    const until = endedAt === undefined ? this.io.now() : Date.parse(endedAt);
    const elapsedSeconds = Math.round((until - Date.parse(startedAt)) / 1000);
    const recap = recapOf(progress?.steps ?? []);
    this.#write('result', kind, {
      id,
      exitCode,
      recap,
      elapsedSeconds,
      failure,
      nextCommand,
      report,
      canaryRun,
    });
  }

  #write(type: string, code: string, data: object): void {
    writeRecord(this.io, this.options, type, code, data);
  }

  #step(step: StepProgress): void {
    if (step.status === 'waiting') {
      const { id, tries, occurrence, failure } = step;
      this.#write('retry', failure?.code ?? 'Unreachable', { step: id, tries, occurrence, failure });
    } else {
      const { id, status, ...rest } = step;
      this.#write('step', status, { step: id, ...rest });
    }
  }
}

/** The last record of a command that ends with an error. */
export function writeErrorRecord(io: Io, options: Options, error: CliError): void {
  const { message, details, next, exitCode } = error;
  writeRecord(io, options, 'result', 'error', { exitCode, message, details, next });
}
