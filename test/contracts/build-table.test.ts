// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { table, type StepOptions } from '../../workflows/contracts/run/build-table.ts';

const look = { activity: 'observeFiles', args: { box: 'lab', files: [] } };
const act = { activity: 'writeFiles', args: { box: 'lab', files: [] } };
const options = (extra: Partial<StepOptions> = {}): StepOptions => ({
  title: 'Files',
  observe: look,
  ...extra,
});

describe('table()', () => {
  it('table() fills in every default when a step says the least', () => {
    expect(table({ files: options() })).toEqual([
      {
        id: 'files',
        title: 'Files',
        after: [],
        observe: look,
        apply: null,
        cancel: 'finish',
        exclusive: [],
        settleSeconds: 0,
        profile: 'change',
        skippable: false,
        tries: 3,
        onFailure: 'park',
      },
    ]);
  });

  it('table() keeps what a step says when it says everything', () => {
    const all = {
      title: 'All',
      after: ['files'],
      observe: look,
      apply: act,
      cancel: 'kill' as const,
      exclusive: ['power'],
      settleSeconds: 9,
      profile: 'build' as const,
      skippable: true,
      tries: 1,
      onFailure: 'fail' as const,
    };
    expect(table({ files: options(), all })[1]).toEqual({ id: 'all', ...all });
  });

  it('table() puts a step after the one before it when it names none', () => {
    const steps = table({
      a: options(),
      b: options(),
      c: options({ after: ['a'] }),
      d: options({ after: [] }),
    });
    expect(steps.map(({ id, after }) => [id, after])).toEqual([
      ['a', []],
      ['b', ['a']],
      ['c', ['a']],
      ['d', []],
    ]);
  });

  it('table() throws when a step depends on one that is unknown, later, or itself', () => {
    expect(() => table({ a: options({ after: ['nothing'] }) })).toThrow('Step a depends on nothing');
    expect(() => table({ a: options({ after: ['b'] }), b: options() })).toThrow('not before it');
    expect(() => table({ a: options({ after: ['a'] }) })).toThrow('not before it');
    expect(() => table({ a: options(), b: options({ after: ['a', 'x', 'y'] }) })).toThrow('depends on x, y');
  });

  it('table() is data that survives JSON when it is recorded', () => {
    const steps = table({ a: options({ apply: act }), b: options() });
    expect(JSON.parse(JSON.stringify(steps))).toEqual(steps);
  });
});
