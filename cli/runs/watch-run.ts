// SPDX-License-Identifier: Apache-2.0
// Looks at a run again and again until it ends, parks, or the person leaves. Changes nothing about the run.
import { CliError, TemporalUnreachable } from '../terminal/cli-error.ts';
import type { CommandContext } from '../command.ts';
import { lookAt, noWorkerNote, type Look } from './look.ts';
import { openTemporal, type OpenTemporal } from '../local/open-temporal.ts';
import { isStoppedOnPurpose } from '../local/supervisor.ts';
import { closedOutcome, isParked, leftOutcome, parkedOutcome, type Outcome } from './outcome.ts';
import type { Renderer } from '../views/live/renderer.ts';
import type { WatchedRun } from './watched-run.ts';

/** Between two looks at the run, and between two drawings of what was seen. */
const lookMilliseconds = 1000;
const drawMilliseconds = 200;
/** Ensuring costs a process; a worker that is only slow must not cause one a second. */
const ensureMilliseconds = 30_000;
/** A server that says it runs and yet answers nothing this often in a row is not coming back by itself. */
const silencesMax = 5;

/** @throws CliError when Temporal cannot be brought back */
export async function watchRun(
  context: CommandContext,
  open: OpenTemporal,
  run: WatchedRun,
  renderer: Renderer,
  purpose: 'progress' | 'cancelling' = 'progress',
): Promise<Outcome> {
  const { io } = context;
  const startedAt = new Date(io.now()).toISOString();
  const watch = new Watch(context, open, run, renderer, purpose === 'progress');
  renderer.begin(run);
  const stopDrawing = io.every(drawMilliseconds, () => renderer.tick());
  let release = (): void => undefined;
  const left = new Promise<Outcome>((settle) => {
    release = io.onInterrupt(() => settle(leftOutcome(watch.last, run.id, startedAt)));
  });
  try {
    const outcome = await Promise.race([watch.untilEnd(), left]);
    renderer.end(outcome);
    return outcome;
  } catch (error) {
    renderer.stop();
    throw error;
  } finally {
    watch.isOver = true;
    stopDrawing();
    release();
  }
}

/** `down` stays down: the run goes on when somebody brings the worker up. */
function stoppedOnPurpose(id: string): CliError {
  return new CliError('unreachable', `holdfast was stopped; ${id} goes on once it is up`, {
    next: 'holdfast up',
  });
}

class Watch {
  last: Look | null = null;
  isOver = false;
  #silences = 0;
  #ensuredAt = 0;

  constructor(
    private readonly context: CommandContext,
    private readonly open: OpenTemporal,
    private readonly run: WatchedRun,
    private readonly renderer: Renderer,
    /** A run that was asked to end is no longer parked, whatever its last look says. */
    private readonly endsAtPark: boolean,
  ) {}

  async untilEnd(): Promise<Outcome> {
    const { io } = this.context;
    let client = this.open.client;
    for (;;) {
      try {
        const look = await lookAt(client, this.run, this.last, io.now());
        this.#silences = 0;
        if (look.run.status !== 'running') return await closedOutcome(client, look);
        this.last = look;
        if (!this.isOver) this.renderer.show(look);
        if (this.endsAtPark && isParked(look)) return parkedOutcome(look);
        if (look.note === noWorkerNote) await this.#ensureWorker();
      } catch (error) {
        if (!(error instanceof TemporalUnreachable)) throw error;
        client = await this.#bringBack(error);
      }
      await io.sleep(lookMilliseconds);
    }
  }

  /** A dead worker is started again; one that is stopped or busy is left alone. */
  async #ensureWorker(): Promise<void> {
    const { io } = this.context;
    if (io.now() - this.#ensuredAt < ensureMilliseconds) return;
    this.#ensuredAt = io.now();
    if (await isStoppedOnPurpose(io).catch(() => false)) throw stoppedOnPurpose(this.run.id);
    // When that fails the note stays on the screen, and the run waits.
    const open = await openTemporal(this.context, this.#say).catch(() => null);
    await open?.client.close().catch(() => undefined);
  }

  async #bringBack(error: TemporalUnreachable): Promise<OpenTemporal['client']> {
    this.#silences += 1;
    if (this.isOver || this.#silences > silencesMax) throw error;
    if (await isStoppedOnPurpose(this.context.io)) throw stoppedOnPurpose(this.run.id);
    if (this.#silences === 1) this.#say(`${error.message}; starting what is dead`);
    const open = await openTemporal(this.context, this.#say);
    return open.client;
  }

  readonly #say = (text: string): void => {
    if (!this.isOver) this.renderer.say(text);
  };
}
