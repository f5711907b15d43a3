// SPDX-License-Identifier: Apache-2.0
// No progress, only the end. For --quiet.
import type { Io } from '../../terminal/io.ts';
import type { Outcome } from '../../runs/outcome.ts';
import { endLines } from '../text/end-text.ts';
import { lookEndLines } from './lines-renderer.ts';
import type { Paint } from '../../terminal/paint.ts';
import type { Renderer } from './renderer.ts';

export class QuietRenderer implements Renderer {
  constructor(
    private readonly io: Io,
    private readonly paint: Paint,
    private readonly looks: boolean,
  ) {}

  begin(): void {}
  show(): void {}
  say(): void {}
  tick(): void {}
  stop(): void {}

  end(outcome: Outcome): void {
    const lines = this.looks ? lookEndLines(outcome, this.io) : endLines(outcome, this.io, this.paint);
    for (const line of lines) this.io.stderr.write(`${line}\n`);
  }
}
