// SPDX-License-Identifier: Apache-2.0
// The one interface behind which progress is shown, and the choice of who shows it.
import { programNameOf } from '../settings.ts';
import type { Options } from '../command.ts';
import type { Io } from '../io.ts';
import type { Look } from '../look.ts';
import type { Outcome } from '../outcome.ts';
import type { WatchedRun } from '../watch-run.ts';
import { LinesRenderer } from './lines-renderer.ts';
import { QuietRenderer } from './quiet-renderer.ts';
import { RecordsRenderer } from './records-renderer.ts';
import { paintFor } from './paint.ts';
import { TerminalRenderer } from './terminal-renderer.ts';

export interface Renderer {
  begin(run: WatchedRun): void;
  /** A new look at the run. */
  show(look: Look): void;
  /** Something happened beside the run. */
  say(text: string): void;
  /** Time has passed. */
  tick(): void;
  /** Shows the end; nothing follows. */
  end(outcome: Outcome): void;
  /** Leaves the screen as it is, because an error follows. */
  stop(): void;
}

/** Records with --json, nothing with --quiet, a redrawn block on a terminal, else lines. */
export function rendererFor(io: Io, options: Options, looks: boolean): Renderer {
  if (options['json'] === true) return new RecordsRenderer(io);
  const paint = paintFor(io, io.stderr, options);
  if (options['quiet'] === true) return new QuietRenderer(io, paint, looks);
  if (mayRedraw(io, options)) return new TerminalRenderer(io, paint, looks, programNameOf(io));
  return new LinesRenderer(io, paint, looks);
}

function mayRedraw(io: Io, options: Options): boolean {
  const { TERM, CI } = io.environment;
  return io.stderr.isTty && TERM !== 'dumb' && !CI && options['input'] !== false;
}
