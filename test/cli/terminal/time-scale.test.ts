// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { timeScale } from '../../../cli/views/page/time-scale.ts';

const minute = 60_000;

describe('timeScale()', () => {
  it('is even when nothing long was idle', () => {
    const scale = timeScale([{ from: 0, to: 4 * minute }], 0, 4 * minute);
    expect([0, minute, 4 * minute].map((at) => scale.at(at))).toEqual([0, 25, 100]);
    expect(scale.cuts).toEqual([]);
    expect(scale.ticks.map(({ label }) => label)).toEqual(['0s', '1m00s', '2m00s', '3m00s']);
  });

  it('cuts a long idle stretch short and keeps the order of instants', () => {
    const end = 3 * 24 * 60 * minute;
    const busy = [
      { from: 0, to: minute },
      { from: end - minute, to: end },
      { from: end - 2 * minute, to: end - minute / 2 },
    ];
    const scale = timeScale(busy, 0, end);
    expect(scale.cuts.map(({ label, width }) => [label, width])).toEqual([['71h57m', 5]]);
    const places = [0, minute, end / 2, end - minute, end].map((at) => scale.at(at));
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    expect(places.at(-1)).toBeCloseTo(100);
  });

  it('stays within the width when the run took no time at all', () => {
    const scale = timeScale([], 5, 5);
    expect([scale.at(5), scale.at(2000)]).toEqual([0, 100]);
  });
});
