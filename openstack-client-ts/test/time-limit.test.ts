// SPDX-License-Identifier: Apache-2.0
// The time limit of an attempt: it counts while it should, and not a moment longer.

import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTimeLimit } from '../src/http/time-limit.ts';

const late = new Error('late');

test('createTimeLimit() fires with its reason when the time is over', async () => {
  const limit = createTimeLimit(0.02, undefined, late);
  await delay(60);
  expect(limit.signal.reason).toBe(late);
});

test('restart() and pause() put the end off', async () => {
  const limit = createTimeLimit(0.2, undefined, late);
  await delay(120);
  limit.restart();
  await delay(120);
  limit.pause();
  await delay(200);
  expect(limit.signal.aborted).toBe(false);
  limit.restart();
  await delay(300);
  expect(limit.signal.aborted).toBe(true);
});

test('release() ends it for good, also when it is restarted or the caller aborts', async () => {
  const caller = new AbortController();
  const limit = createTimeLimit(0.02, caller.signal, late);
  limit.release();
  limit.restart();
  caller.abort();
  await delay(60);
  expect(limit.signal.aborted).toBe(false);
});
