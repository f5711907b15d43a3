// SPDX-License-Identifier: Apache-2.0
// Chooses who shows progress: by flags, by the streams, by the environment. Shows nothing itself.
import type { Options } from '../../command.ts';
import type { Io } from '../../terminal/io.ts';
import { programNameOf } from '../../terminal/settings.ts';
import { LinesRenderer } from './lines-renderer.ts';
import { paintFor } from '../../terminal/paint.ts';
import { QuietRenderer } from './quiet-renderer.ts';
import { RecordsRenderer } from './records-renderer.ts';
import type { Renderer } from './renderer.ts';
import { TerminalRenderer } from './terminal-renderer.ts';
import { isForPrograms } from '../../terminal/output-format.ts';

/** Records with --json, nothing with --quiet, a redrawn block on a terminal, else lines. */
export function rendererFor(io: Io, options: Options, looks: boolean): Renderer {
  if (isForPrograms(options)) return new RecordsRenderer(io, options);
  const paint = paintFor(io, io.stderr, options);
  if (options['quiet'] === true) return new QuietRenderer(io, paint, looks);
  if (mayRedraw(io, options)) return new TerminalRenderer(io, paint, looks, programNameOf(io));
  return new LinesRenderer(io, paint, looks);
}

function mayRedraw(io: Io, options: Options): boolean {
  const { TERM, CI } = io.environment;
  return io.stderr.isTty && TERM !== 'dumb' && !CI && options['input'] !== false;
}
