// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { everySeconds } from '../../workflows/contracts/box/schedules.ts';

describe('everySeconds()', () => {
  it.each([
    ['5m', 300],
    ['90m', 5400],
    ['1h', 3600],
    ['366d', 31_622_400],
    ['never', null],
  ])('everySeconds() reads %s when it is a length', (text, seconds) => {
    expect(everySeconds(text)).toBe(seconds);
  });

  it.each(['', '1', 'h', '0h', '4m', '367d', '1.5h', '-1h', '1 h', '1w', 'hourly', '9999999d'])(
    'everySeconds() refuses %j when it is none',
    (text) => {
      expect(everySeconds(text)).toBeUndefined();
    },
  );
});
