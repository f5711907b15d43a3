// SPDX-License-Identifier: Apache-2.0
// How often each upstream host may be asked, kept in a file for each host so that it outlives the worker. Sends no request itself.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostQuota } from '../../../workflows/contracts/mirror/revision.ts';
import { parseObject, readRecord } from '../state/records.ts';
import { namesIn, readText, writeFileAtomically } from '../state/local-files.ts';

/** What a host allows. */
export interface RequestLimit {
  readonly requests: number;
  readonly seconds: number;
}

/** What a host said of its own limit with its last answer. */
export interface ToldLimit {
  readonly limit: number;
  readonly left: number;
  /** The span that it counts over. */
  readonly seconds: number;
}

interface BudgetState {
  readonly host: string;
  /** Nothing is asked before it: milliseconds since 1970, since a wait outlives this machine's uptime. */
  readonly heldUntil: number;
  /** When each request was taken, oldest first, as far back as its limit reaches. */
  readonly takenAt: readonly number[];
  /** Null: it says nothing of a limit. */
  readonly told: ToldLimit | null;
}

/** A host that asks for more is asked again after a day: no answer of a stranger stops a mirror for ever. */
const holdSecondsMax = 86_400;

/** The time by which requests are counted and waited for. */
export interface BudgetClock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** @throws AbortError */
  readonly pause: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

const wallClock: BudgetClock = {
  now: Date.now,
  pause: (milliseconds, signal) => sleep(milliseconds, undefined, signal === undefined ? {} : { signal }),
};

/** Of a host that only asked to be left alone. */
const noLimit = { limit: null, left: null, seconds: null } as const;

/** Between two looks at the file while a host is held, milliseconds: others may lengthen the wait. */
const lookMilliseconds = 1000;

export class HostBudget {
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(
    readonly folder: string,
    private readonly limits: Readonly<Record<string, RequestLimit>> = {},
    private readonly clock: BudgetClock = wallClock,
  ) {}

  /** Waits until the host may be asked once more, and counts that. @throws Failure Rejected for a file that cannot be read; AbortError */
  async take(host: string, signal?: AbortSignal): Promise<void> {
    for (;;) {
      const wait = await this.#inTurn(host, () => this.#tryTake(host));
      if (wait <= 0) return;
      await this.clock.pause(Math.min(wait, lookMilliseconds), signal);
    }
  }

  /** The host wants to be left alone for so long. A shorter wait does not end a longer one. */
  async hold(host: string, seconds: number): Promise<void> {
    const until = this.clock.now() + Math.min(Math.max(seconds, 0), holdSecondsMax) * 1000;
    await this.#inTurn(host, async () => {
      const state = await this.#read(host);
      if (until > state.heldUntil) await this.#write({ ...state, heldUntil: until });
    });
  }

  /** Keeps what the host said of its limit. */
  async keep(host: string, told: ToldLimit): Promise<void> {
    await this.#inTurn(host, async () => this.#write({ ...(await this.#read(host)), told }));
  }

  /** How much is left of the limit of each host, by its own word or by the limits at hand; hosts without one are not listed. */
  async quotas(): Promise<readonly HostQuota[]> {
    const quotas: HostQuota[] = [];
    for (const name of await namesIn(this.folder)) {
      const text = await readText(join(this.folder, name));
      const { host: named } = parseObject(text ?? '{}');
      if (typeof named !== 'string' || this.#path(named) !== join(this.folder, name)) continue;
      const state = await this.#read(named);
      const limit = this.limits[named];
      const own =
        limit === undefined
          ? null
          : {
              limit: limit.requests,
              left: limit.requests - this.#recent(state, limit).length,
              seconds: limit.seconds,
            };
      const quota = state.told ?? own;
      const waitSeconds = Math.ceil(this.#waitOf(state, limit) / 1000);
      if (quota !== null || waitSeconds > 0) quotas.push({ host: named, ...(quota ?? noLimit), waitSeconds });
    }
    return quotas.sort((one, other) => (one.host < other.host ? -1 : 1));
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
    // Written before the request: one that was sent and not counted would be one too many.
    await this.#write({ ...state, takenAt: [...this.#recent(state, limit), this.clock.now()] });
    return 0;
  }

  #waitOf(state: BudgetState, limit: RequestLimit | undefined): number {
    const held = state.heldUntil - this.clock.now();
    // A clock that was set back must not hold a host for years.
    if (held > 0 && held <= holdSecondsMax * 1000) return held;
    if (limit === undefined) return 0;
    const recent = this.#recent(state, limit);
    // Until the one that stands in the way is as old as the span.
    const oldest = recent.at(-limit.requests);
    return oldest === undefined ? 0 : oldest + limit.seconds * 1000 - this.clock.now();
  }

  /** Those within the span that ends now: a host counts back from each request, not from the full hour. */
  #recent({ takenAt }: BudgetState, { seconds }: RequestLimit): readonly number[] {
    const now = this.clock.now();
    return takenAt.filter((at) => at <= now && now - at < seconds * 1000);
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
    return found ?? { host, heldUntil: 0, takenAt: [], told: null };
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
  const { host: of, heldUntil, takenAt, windowBegan, taken, told = null } = parseObject(text);
  if (of === host && isNumber(heldUntil)) {
    if (Array.isArray(takenAt) && takenAt.every(isNumber) && isTold(told))
      return { host, heldUntil, takenAt, told };
    // As it was written before each request had its time.
    if (isNumber(windowBegan) && isNumber(taken) && taken >= 0 && taken <= 1_000_000)
      return { host, heldUntil, takenAt: Array.from({ length: taken }, () => windowBegan), told: null };
  }
  throw new Error(`it is not the budget of ${host}`);
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

function isTold(value: unknown): value is ToldLimit | null {
  if (value === null) return true;
  if (typeof value !== 'object') return false;
  const { limit, left, seconds } = value as Partial<Record<keyof ToldLimit, unknown>>;
  return [limit, left, seconds].every(isNumber);
}
