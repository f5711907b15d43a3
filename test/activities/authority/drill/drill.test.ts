// SPDX-License-Identifier: Apache-2.0
// A part of a drill over runs of a double: one run for each try, whatever dies, and none that is ended with the drill.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followRun } from '../../../../activities/authority/drill/follow-run.ts';
import { partDifferences } from '../../../../activities/authority/drill/part-end.ts';
import {
  beginDrill,
  beginningDifferences,
  recordDrill,
} from '../../../../activities/authority/drill/record.ts';
import type { Runs, RunState } from '../../../../activities/authority/drill/temporal-runs.ts';
import { DrillRecords } from '../../../../activities/clients/ca/drill-records.ts';
import { writePrivate } from '../../../../cli/terminal/files.ts';
import type { DrillPartArgs } from '../../../../workflows/contracts/authority/drill.ts';

let state: string;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'holdfast-drill-'));
});
afterEach(() => rm(state, { recursive: true }));

const ref = { authority: 'lab', generation: 1 };
const args: DrillPartArgs = {
  ...ref,
  part: 'activated',
  run: { type: 'ActivateIntermediate', id: 'activate-ca/lab/2', input: { name: 'lab' } },
  end: { kind: 'active', generation: 2 },
};
const request = {
  ...ref,
  next: 2,
  serial: '4a01',
  boxes: ['office'],
  why: 'drill of March',
  requestedBy: 'carol',
};

/** Runs that end as told; each start makes one unless one goes on. */
class FakeRuns implements Runs {
  readonly all: RunState[] = [];
  isCancelled = false;
  looks = 0;

  constructor(private readonly endings: string[]) {}

  start(): Promise<string> {
    const newest = this.all.at(-1);
    if (newest?.status === 'RUNNING') return Promise.resolve(newest.runId);
    const [runId, startedAt] = [`run-${this.all.length + 1}`, '2026-01-05T12:00:00.000Z'];
    this.all.push({ runId, status: 'RUNNING', startedAt, endedAt: null, memo: null });
    return Promise.resolve(runId);
  }

  describe(_id: string, runId?: string): Promise<RunState | null> {
    this.looks += 1;
    const index =
      runId === undefined ? this.all.length - 1 : this.all.findIndex((run) => run.runId === runId);
    const found = this.all[index];
    return Promise.resolve(found ?? null);
  }

  isEnding(): Promise<boolean> {
    // What happens between two looks.
    const [status, ...rest] = this.endings;
    if (status !== undefined && !this.isCancelled) {
      this.endings.splice(0, this.endings.length, ...rest);
      const last = this.all.length - 1;
      const run = this.all[last];
      if (run !== undefined) this.all[last] = { ...run, status, endedAt: '2026-01-05T12:01:30.000Z' };
    }
    return Promise.resolve(this.isCancelled);
  }
}

const scope = (key: string, signal = new AbortController().signal) => ({
  key,
  signal,
  tell: () => undefined,
});

describe('followRun()', () => {
  it('starts one run, waits for its end, and records its times', async () => {
    const runs = new FakeRuns(['COMPLETED']);
    expect(await followRun(state, args, scope('a.activated.1'), runs)).toBe('activate-ca/lab/2: 90 s');
    expect(await new DrillRecords(state, ref).part('activated')).toMatchObject({
      runId: 'run-1',
      endedAt: '2026-01-05T12:01:30.000Z',
    });
  });

  it('finds the run of an attempt whose worker was lost, also when it has ended since', async () => {
    const runs = new FakeRuns(['COMPLETED']);
    const lost = new AbortController();
    lost.abort();
    await expect(followRun(state, args, scope('a.activated.1', lost.signal), runs)).rejects.toThrow(
      'Detached',
    );
    expect(runs.all.map(({ status }) => status)).toEqual(['COMPLETED']);
    await followRun(state, args, scope('a.activated.1'), runs);
    expect(runs.all).toHaveLength(1);
  });

  it('parks with the run that failed, and starts another one for the next try', async () => {
    const runs = new FakeRuns(['FAILED', 'COMPLETED']);
    await expect(followRun(state, args, scope('a.activated.1'), runs)).rejects.toThrow(
      'activate-ca/lab/2 ended failed',
    );
    await followRun(state, args, scope('a.activated.2'), runs);
    expect(runs.all.map(({ runId }) => runId)).toEqual(['run-1', 'run-2']);
  });

  it('lets the run go on when the drill is cancelled', async () => {
    const runs = new FakeRuns([]);
    runs.isCancelled = true;
    await expect(followRun(state, args, scope('a.activated.1'), runs)).rejects.toThrow('goes on by itself');
    expect(runs.all.map(({ status }) => status)).toEqual(['RUNNING']);
  });
});

describe('partDifferences()', () => {
  it('counts nothing as done while its run goes on', async () => {
    const runs = new FakeRuns([]);
    const file = join(state, 'authorities/lab/activation.json');
    const leaf = { serial: '01', issuer: 'x', ends: '2030-01-01T00:00:00.000Z' };
    const activation = { generation: 2, activatedAt: '2026-01-05T12:00:00.000Z', leaf };
    expect(await partDifferences(state, args, runs)).toMatchObject([{ have: 'none', want: '2' }]);
    await writePrivate(file, JSON.stringify(activation));
    expect(await partDifferences(state, args, runs)).toEqual([]);
    await runs.start();
    expect(await partDifferences(state, args, runs)).toMatchObject([{ have: 'running' }]);
  });

  it('is no answer when the record is damaged', async () => {
    await writePrivate(join(state, 'authorities/lab/activation.json'), '{"generation":2}');
    await expect(partDifferences(state, args, new FakeRuns([]))).rejects.toThrow('is damaged');
  });
});

describe('the record of a drill', () => {
  it('keeps the first beginning, refuses another next intermediate, and sums up', async () => {
    await beginDrill(state, request);
    const first = await new DrillRecords(state, ref).beginning();
    await beginDrill(state, { ...request, why: 'another' });
    expect(await new DrillRecords(state, ref).beginning()).toEqual(first);
    await expect(beginningDifferences(state, { ...request, next: 3 })).rejects.toThrow(
      'begun for intermediate 2',
    );
    await followRun(state, args, scope('a.activated.1'), new FakeRuns(['COMPLETED']));
    const text = await recordDrill(state, { ...ref, parts: ['revoked', 'activated'] });
    expect(text).toMatch(/^\d+ s in all: revoked before, activated 90 s$/);
    const { parts } = (await new DrillRecords(state, ref).result()) ?? { parts: [] };
    expect(parts).toEqual([
      { part: 'revoked', run: null, seconds: 0 },
      { part: 'activated', run: 'activate-ca/lab/2', seconds: 90 },
    ]);
  });
});
