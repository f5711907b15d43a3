// SPDX-License-Identifier: Apache-2.0
// Looks again and again until what was waited for is there, or the time is over.

import type { CallOptions } from './http/http.ts';

import { abortedAt, OpenStackError } from './errors.ts';
import { sleep } from './waiting.ts';

/** How long and how often is asked. */
export interface PollOptions extends CallOptions {
  /** Default 300. */
  timeoutSeconds?: number | undefined;
  /** Default 1: below the time any change of a real hypervisor takes. */
  intervalSeconds?: number | undefined;
}

const TIMEOUT_SECONDS = 300;
const INTERVAL_SECONDS = 1;

/** What one look found: the value that was waited for, or only how things stand. */
export type Look<T> = { value: T; seen: string } | { seen: string };

/** The value of the first look that has one; throws `timeout`, and what a look throws. */
export async function poll<T>(
  { what, url }: { what: string; url: string },
  { signal, timeoutSeconds = TIMEOUT_SECONDS, intervalSeconds = INTERVAL_SECONDS }: PollOptions,
  look: () => Promise<Look<T>>,
): Promise<T> {
  const endMs = performance.now() + timeoutSeconds * 1000;
  for (;;) {
    const found = await look();
    if ('value' in found) return found.value;
    const leftSeconds = (endMs - performance.now()) / 1000;
    if (leftSeconds <= 0) {
      const message = `not within ${timeoutSeconds} seconds: ${what}; it is ${found.seen}`;
      throw new OpenStackError({ code: 'timeout', message, method: 'GET', url });
    }
    await sleep(Math.min(intervalSeconds, leftSeconds), signal, () => abortedAt(url, 'GET'));
  }
}
