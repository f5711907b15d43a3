// SPDX-License-Identifier: Apache-2.0
// Progress as one block that is drawn again in place, row by row. What the block holds is made by frame.ts.
import type { Io } from '../../terminal/io.ts';
import type { Look } from '../../runs/look.ts';
import type { Outcome } from '../../runs/outcome.ts';
import type { WatchedRun } from '../../runs/watched-run.ts';
import { endLines } from '../text/end-text.ts';
import { widthOf } from '../../terminal/word-wrap.ts';
import { frameLines } from './frame.ts';
import { lookEndLines } from './lines-renderer.ts';
import type { Paint } from '../../terminal/paint.ts';
import type { Renderer } from './renderer.ts';

export class TerminalRenderer implements Renderer {
  #look: Look | null = null;
  #way = '';
  #first = '';
  #drawn: readonly string[] = [];

  constructor(
    private readonly io: Io,
    private readonly paint: Paint,
    private readonly looks: boolean,
    private readonly programName: string,
  ) {}

  begin({ id, how }: WatchedRun): void {
    // Without a worker the first look takes seconds.
    this.#first = `${id}  ${how}`;
    if (how === 'attached') this.say(`attached to ${id}, which runs already`);
    this.#way = `${this.programName} op watch ${id}`;
    this.tick();
  }

  show(look: Look): void {
    this.#look = look;
    this.tick();
  }

  /** Above the block, where it stays. */
  say(text: string): void {
    this.#draw([]);
    this.io.stderr.write(`${text}\n`);
    this.tick();
  }

  tick(): void {
    const { columns, rows } = this.io.stderr;
    if (this.#look === null) return this.#draw([this.#first.slice(0, columns - 1)]);
    this.#draw(frameLines(this.#look, this.#way, this.io.now(), { columns, rows }, this.paint));
  }

  end(outcome: Outcome): void {
    if (this.looks) {
      this.#draw([]);
    } else if (this.#look !== null && outcome.progress !== null) {
      const { columns, rows } = this.io.stderr;
      const last = { ...this.#look, progress: outcome.progress, note: null };
      const run = outcome.endedAt === undefined ? last.run : { ...last.run, closedAt: outcome.endedAt };
      this.#draw(frameLines({ ...last, run }, null, this.io.now(), { columns, rows }, this.paint));
    }
    this.#drawn = [];
    const lines = this.looks ? lookEndLines(outcome, this.io) : endLines(outcome, this.io, this.paint);
    for (const line of lines) this.io.stderr.write(`${line}\n`);
  }

  stop(): void {
    this.#drawn = [];
  }

  /**
   * Row by row over what is there. Clearing from the first row to the end of the screen would be shorter; tmux keeps what
   * is cleared so in its scrollback, a frame a second. @source tmux 3.3: its history grew by a block at each ED
   */
  #draw(lines: readonly string[]): void {
    const before = this.#drawn;
    if (lines.length === before.length && lines.every((line, index) => line === before[index])) return;
    const height = this.#heightOf(before);
    const left = Math.max(0, height - this.#heightOf(lines));
    const up = (rows: number): string => (rows === 0 ? '' : `${escape}[${rows}A`);
    const over = lines.map((line) => `${line}${escape}[K\n`).join('');
    this.io.stderr.draw(`\r${up(height)}${over}${`${escape}[K\n`.repeat(left)}${up(left)}`);
    this.#drawn = lines;
  }

  /** Rows of the screen: a terminal made narrower has wrapped the lines that are there. */
  #heightOf(lines: readonly string[]): number {
    const { columns } = this.io.stderr;
    return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
  }
}

const escape = '\u001b';
