// SPDX-License-Identifier: Apache-2.0
// The table of a drill: its golden, and that none of its steps holds what its runs need.
import { describe, expect, it } from 'vitest';
import { hostsOf, subjectOfLease } from '../../workflows/contracts/run/subject.ts';
import { exampleDrill } from './example-ceremony.ts';
import { expectGolden, goldenText } from './golden.ts';

describe('drillCompromiseSteps()', () => {
  it('is the golden of an authority with two boxes', () => {
    expectGolden('authority/drill-compromise.golden', goldenText(exampleDrill('lab', 'office')));
  });

  it('renews boxes side by side, and records times when all are done or skipped', () => {
    const steps = exampleDrill('lab', 'office');
    const boxes = steps.filter(({ id }) => id.startsWith('box.'));
    expect(boxes.map(({ after, skippable }) => [after, skippable])).toEqual([
      [['activated'], true],
      [['activated'], true],
    ]);
    expect(steps.at(-1)?.after).toEqual(['box.lab', 'box.office']);
    expect(exampleDrill().at(-1)?.after).toEqual(['activated']);
  });

  it('names no host, so that ending it stops no command of a box that has the name of the authority', () => {
    expect(exampleDrill('lab').map(({ hosts }) => hosts)).toEqual(exampleDrill('lab').map(() => []));
    expect(hostsOf(subjectOfLease('lab'))).not.toEqual([]);
  });
});
