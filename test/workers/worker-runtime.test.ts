// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { installRuntime } from '../../workers/worker-runtime.ts';

/** As Temporal's runtime says it. */
const taken = 'Failed to start prometheus metrics exporter: Address already in use (os error 98)';

/** Chooses 1, 2, 3, …; `refuse` says why an address is not taken, if it is not. */
async function installed(refuse: (address: string | null) => string | null) {
  let count = 0;
  const asked: (string | null)[] = [];
  const result = installRuntime(
    () => Promise.resolve(String((count += 1))),
    (address) => {
      asked.push(address);
      const why = refuse(address);
      if (why !== null) throw new Error(why);
    },
  );
  return { result: await result.catch((error: Error) => error.message), asked };
}

test('installRuntime() takes another address when somebody took the first in between', async () => {
  expect(await installed((address) => (address === '1' ? taken : null))).toEqual({
    result: '2',
    asked: ['1', '2'],
  });
});

test('installRuntime() gives up after three addresses, and at once for another error', async () => {
  expect(await installed(() => taken)).toEqual({ result: taken, asked: ['1', '2', '3'] });
  expect(await installed(() => 'no runtime')).toEqual({ result: 'no runtime', asked: ['1'] });
});
