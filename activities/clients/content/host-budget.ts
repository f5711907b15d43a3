// SPDX-License-Identifier: Apache-2.0
// How often each upstream host may be asked, kept in a file for each host so that it outlives the worker. Sends no request itself.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseObject, readRecord } from '../state/records.ts';
import { writeFileAtomically } from '../state/local-files.ts';

/** What a host allows. */
export interface RequestLimit {
  readonly requests: number;
  readonly seconds: number;
}

interface BudgetState {
  readonly host: string;
  /** Nothing is asked before it: milliseconds since 1970, since a wait outlives this machine's uptime. */
  readonly heldUntil: number;
  readonly windowBegan: number;
  /** Requests since then. */
  readonly taken: number;
}

/** A host that asks for more is asked again after a day: no answer of a stranger stops a mirror for ever. */
const holdSecondsMax = 86_400;

/** Between two looks at the file while a host is held, milliseconds: others may lengthen the wait. */
const lookMilliseconds = 1000;

export class HostBudget {
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(
    readonly folder: string,
    private readonly limits: Readonly<Record<string, RequestLimit>> = {},
    private readonly now: () => number = Date.now,
  ) {}

  /** Waits until the host may be asked once more, and counts that. @throws Failure Rejected for a file that cannot be read; AbortError */
  async take(host: string, signal?: AbortSignal): Promise<void> {
    for (;;) {
      const wait = await this.#inTurn(host, () => this.#tryTake(host));
      if (wait <= 0) return;
      await sleep(Math.min(wait, lookMilliseconds), undefined, signal === undefined ? {} : { signal });
    }
  }

  /** The host wants to be left alone for so long. A shorter wait does not end a longer one. */
  async hold(host: string, seconds: number): Promise<void> {
    const until = this.now() + Math.min(Math.max(seconds, 0), holdSecondsMax) * 1000;
    await this.#inTurn(host, async () => {
      const state = await this.#read(host);
      if (until > state.heldUntil) await this.#write({ ...state, heldUntil: until });
    });
  }

  /** Seconds until the host may be asked; 0 for now. */
  async waitSeconds(host: string): Promise<number> {
    return Math.max(0, this.#waitOf(await this.#read(host), this.limits[host]) / 1000);
  }

  /** Returns the milliseconds to wait; 0: it was taken. */
  async #tryTake(host: string): Promise<number> {
    const limit = this.limits[host];
    const state = await this.#read(host);
    const wait = this.#waitOf(state, limit);
    if (wait > 0 || limit === undefined) return wait;
    const isNew = this.#isOver(state, limit);
    // Written before the request: one that was sent and not counted would be one too many.
    await this.#write({
      ...state,
      windowBegan: isNew ? this.now() : state.windowBegan,
      taken: isNew ? 1 : state.taken + 1,
    });
    return 0;
  }

  #waitOf({ heldUntil, windowBegan, taken }: BudgetState, limit: RequestLimit | undefined): number {
    const held = heldUntil - this.now();
    // A clock that was set back must not hold a host for years.
    if (held > 0 && held <= holdSecondsMax * 1000) return held;
    if (limit === undefined || taken < limit.requests) return 0;
    const left = windowBegan + limit.seconds * 1000 - this.now();
    return left > limit.seconds * 1000 ? 0 : Math.max(0, left);
  }

  #isOver({ windowBegan }: BudgetState, limit: RequestLimit): boolean {
    const age = this.now() - windowBegan;
    return age < 0 || age >= limit.seconds * 1000;
  }

  #inTurn<T>(host: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(host) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#turns.set(
      host,
      mine.catch(() => undefined),
    );
    return mine;
  }

  async #read(host: string): Promise<BudgetState> {
    const path = this.#path(host);
    const found = await readRecord(path, {
      what: `request budget of ${host}`,
      parse: (text) => parseState(text, host),
      next: 'refresh the mirrors again',
    });
    return found ?? { host, heldUntil: 0, windowBegan: 0, taken: 0 };
  }

  async #write(state: BudgetState): Promise<void> {
    await writeFileAtomically(this.#path(state.host), `${JSON.stringify(state)}\n`, 0o600);
  }

  /** A host's name with a port, or of an upstream's making, is no name of a file. */
  #path(host: string): string {
    const digest = createHash('sha256').update(host).digest('hex').slice(0, 16);
    return join(this.folder, `${digest}.json`);
  }
}

function parseState(text: string, host: string): BudgetState {
  const { host: of, heldUntil, windowBegan, taken } = parseObject(text);
  const areNumbers = [heldUntil, windowBegan, taken].every(
    (each) => typeof each === 'number' && Number.isFinite(each),
  );
  if (of === host && areNumbers)
    return { host, heldUntil: Number(heldUntil), windowBegan: Number(windowBegan), taken: Number(taken) };
  throw new Error(`it is not the budget of ${host}`);
}
