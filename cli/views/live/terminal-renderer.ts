// SPDX-License-Identifier: Apache-2.0
// Progress as one block that is drawn again in place. What the block holds is made by frame.ts.
import type { Io } from '../../terminal/io.ts';
import type { Look } from '../../runs/look.ts';
import type { Outcome } from '../../runs/outcome.ts';
import type { WatchedRun } from '../../runs/watched-run.ts';
import { fitted, piece } from '../../terminal/columns.ts';
import { endLines } from '../text/end-text.ts';
import { frameLines } from './frame.ts';
import { lookEndLines } from './lines-renderer.ts';
import type { Paint } from '../../terminal/paint.ts';
import type { Renderer } from './renderer.ts';

export class TerminalRenderer implements Renderer {
  #look: Look | null = null;
  #footer = '';
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
    this.#footer = `Ctrl-C leaves the work running; back to it: ${this.programName} op watch ${id}`;
    this.tick();
  }

  show(look: Look): void {
    this.#look = look;
    this.tick();
  }

  /** Above the block, where it stays. */
  say(text: string): void {
    const erased = this.#erasure();
    this.#drawn = [];
    this.io.stderr.write(`${erased}${text}\n`);
    this.tick();
  }

  tick(): void {
    const { columns, rows } = this.io.stderr;
    if (this.#look === null) {
      const lines = [this.#first, this.#footer].filter(Boolean);
      return this.#draw(lines.map((line) => fitted([piece(line)], columns - 1, this.paint)));
    }
    this.#draw(frameLines(this.#look, this.#footer, this.io.now(), { columns, rows }, this.paint));
  }

  end(outcome: Outcome): void {
    if (this.looks) {
      this.#draw([]);
    } else if (this.#look !== null && outcome.progress !== null) {
      const { columns } = this.io.stderr;
      const last = { ...this.#look, progress: outcome.progress, note: null };
      const run = outcome.endedAt === undefined ? last.run : { ...last.run, closedAt: outcome.endedAt };
      // Nothing is drawn over this one: it may be as high as the table.
      const lines = frameLines({ ...last, run }, '', this.io.now(), { columns, rows: Infinity }, this.paint);
      this.#draw(lines.slice(0, -1));
    }
    this.#drawn = [];
    const lines = this.looks ? lookEndLines(outcome, this.io) : endLines(outcome, this.io, this.paint);
    for (const line of lines) this.io.stderr.write(`${line}\n`);
  }

  stop(): void {
    this.#drawn = [];
  }

  #draw(lines: readonly string[]): void {
    if (lines.length === this.#drawn.length && lines.every((line, index) => line === this.#drawn[index]))
      return;
    const text = lines.map((line) => `${line}\n`).join('');
    this.io.stderr.write(this.#erasure() + text);
    this.#drawn = lines;
  }

  /** Goes back to the block's first line and clears from there on. */
  #erasure(): string {
    if (this.#drawn.length === 0) return '';
    // A terminal made narrower has wrapped the lines that are there.
    const { columns } = this.io.stderr;
    const height = this.#drawn.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)),
      0,
    );
    return `\u001b[${height}F\u001b[0J`;
  }
}

function widthOf(line: string): number {
  // eslint-disable-next-line no-control-regex -- colour codes take no room
  return [...line.replaceAll(/\u001b\[\d+m/g, '')].length;
}
