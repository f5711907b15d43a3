// SPDX-License-Identifier: Apache-2.0
// Brings a list of contents into the store, a few at a time, and says how fast that goes. Chooses none.
import { amountOf, bytesText, type WantedContent } from '../../../workflows/contracts/mirror/content.ts';
import type { ContentStore } from './content-store.ts';
import type { HostBudget } from './host-budget.ts';
import { fetchContent, type FetchOptions } from './range-fetch.ts';
import { Turns } from './turns.ts';

/** @source 4: curl was no faster with more over one line, and no upstream takes it ill */
const answersAtOnce = 4;

/** With those whose bytes are here and not on the disk yet. @source a disk took 16 files at once in a third of the time of one by one */
const filesAtOnce = 16;

export interface FetchAll {
  readonly budget: HostBudget;
  readonly signal: AbortSignal;
  readonly tell: (text: string) => void;
  readonly headersOf?: FetchOptions['headersOf'];
  /** Ends with what is there by then; default: never. */
  readonly deadline?: AbortSignal;
}

/**
 * Idempotent; bytes that are here are not asked for again. Returns how many bytes came.
 * @throws Failure of the first file that cannot be had, once the others in flight have ended; AbortError
 */
export async function fetchAll(
  store: ContentStore,
  contents: readonly WantedContent[],
  { budget, signal, tell, headersOf, deadline }: FetchAll,
): Promise<number> {
  const missing = await missingOf(store, contents);
  const meter = new Meter(missing, tell);
  const queue = missing.values();
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal, ...(deadline === undefined ? [] : [deadline])]);
  const turns = new Turns(answersAtOnce);
  const placed: string[] = [];
  let failure: unknown;
  const worker = async (): Promise<void> => {
    for (const wanted of queue) {
      if (failure !== undefined) return;
      try {
        const onBytes = (bytes: number): void => meter.add(bytes);
        await fetchContent(store, wanted, { budget, signal: until, headersOf, onBytes, turns });
        placed.push(wanted.digest);
        meter.end();
      } catch (error) {
        // The first is the cause; those in flight after it are its consequence.
        failure ??= error;
        stop.abort();
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: filesAtOnce }, worker));
  await store.keepNames(placed);
  if (failure !== undefined) throw failure as Error;
  return meter.bytes;
}

/** Those that are not in the store, each once. */
export async function missingOf(
  store: ContentStore,
  contents: readonly WantedContent[],
): Promise<WantedContent[]> {
  const missing = new Map<string, WantedContent>();
  for (const wanted of contents) if (!(await store.has(wanted))) missing.set(wanted.digest, wanted);
  return [...missing.values()];
}

/** Between two lines for people, milliseconds. */
const tellMilliseconds = 1000;

class Meter {
  bytes = 0;
  #files = 0;
  #toldAt = 0;
  readonly #began = performance.now();
  readonly #all: { readonly files: number; readonly bytes: number };

  constructor(
    missing: readonly WantedContent[],
    private readonly tell: (text: string) => void,
  ) {
    this.#all = amountOf(missing);
  }

  add(bytes: number): void {
    this.bytes += bytes;
    if (performance.now() - this.#toldAt >= tellMilliseconds) this.#say();
  }

  end(): void {
    this.#files += 1;
    this.#say();
  }

  #say(): void {
    this.#toldAt = performance.now();
    const seconds = (performance.now() - this.#began) / 1000;
    const perSecond = seconds > 0 ? this.bytes / seconds : 0;
    const left = Math.max(0, this.#all.bytes - this.bytes);
    const rest = perSecond > 0 ? `, ${Math.ceil(left / perSecond)} s left` : '';
    this.tell(
      `${this.#files} of ${this.#all.files} files, ${bytesText(this.bytes)} of ${bytesText(this.#all.bytes)}, ` +
        `${(perSecond / 1_000_000).toFixed(1)} MB/s${rest}`,
    );
  }
}
