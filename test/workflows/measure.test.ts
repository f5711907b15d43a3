// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { CanaryRun } from '../../workflows/contracts/canary/canary.ts';
import type { Notice } from '../../workflows/contracts/run/notice.ts';
import type { Progress } from '../../workflows/contracts/run/progress.ts';
import type { CompiledTable } from '../../workflows/contracts/run/table.ts';
import { canarySteps } from '../../workflows/operations/canary/steps.ts';
import { measure } from '../../workflows/engine/measure.ts';
import type { EngineCall, EnginePorts } from '../../workflows/ports/run/engine.ts';

const table: CompiledTable = {
  operation: 'canary',
  subject: 'acme',
  limit: 1,
  lease: null,
  takeOver: false,
  inputDigest: 'd',
  steps: canarySteps({ cloud: 'acme', throughputMegabytesMin: 1 }),
  kind: 'cloud',
  notify: { subject: { kind: 'box', name: 'lab' } },
};
const failure = { code: 'Unreachable', message: 'No login by ssh', on: '203.0.113.5', hint: 'Wait' } as const;
const good: CanaryRun = {
  cloud: 'acme',
  result: 'good',
  startedAt: '2026-01-05T12:00:00.000Z',
  seconds: 42,
  phases: [],
  throughput: { out: 69 },
};
const bad: CanaryRun = { ...good, result: 'bad', failedPhase: 'ssh', failure, consoleTail: 'last words' };

/** Answers by activity; an error is thrown. */
function world(
  answers: Readonly<Record<string, unknown>>,
  cancelRequested = new Promise<void>(() => undefined),
) {
  const calls: EngineCall[] = [];
  const published: Progress[] = [];
  const ports: EnginePorts = {
    workflowId: 'canary/acme',
    activity: async (call) => {
      calls.push(call);
      const answer = answers[call.call.activity];
      if (answer instanceof Error) throw answer;
      return answer;
    },
    sleep: async () => undefined,
    now: () => 0,
    publish: (progress) => void published.push(progress),
    cancelRequested,
  };
  return { calls, published, run: () => measure<CanaryRun>(table, ports, 'nonce') };
}

const letsIn = { verdict: 'same', digest: 'x', count: 0, differences: [] };

describe('measure()', () => {
  it('resolves with the run and tells nobody when it was good', async () => {
    const { calls, published, run } = world({ observeCloud: letsIn, measureCloud: good });
    expect(await run()).toEqual({ ...good, operation: 'canary', subject: 'acme', inputDigest: 'd' });
    expect(calls.map(({ id }) => id)).toEqual(['canary/observe/1', 'canary/apply/1']);
    expect(published.at(-1)).toMatchObject({ phase: 'done', needsHuman: false });
  });

  it('resolves with the phase and the console, and tells a person, when it was bad', async () => {
    const { calls, published, run } = world({
      observeCloud: letsIn,
      measureCloud: bad,
      sendNotice: { outcome: 'sent' },
    });
    expect(await run()).toMatchObject({ ...bad, notification: { outcome: 'sent', step: 'canary' } });
    const { notice } = calls.at(-1)?.call.args as { notice: Notice };
    expect(notice).toMatchObject({
      subject: { kind: 'cloud', name: 'acme' },
      cause: 'phase ssh: No login by ssh',
      workflowId: 'canary/acme',
    });
    expect(published.at(-1)).toMatchObject({ phase: 'failed', needsHuman: true, failure });
  });

  it('resolves with a busy one, and tells nobody: the cloud is being changed', async () => {
    const busy: CanaryRun = { ...good, result: 'busy', heldBy: 'upgrade-box/acme' };
    const { calls, published, run } = world({ observeCloud: letsIn, measureCloud: busy });
    expect(await run()).toMatchObject({ result: 'busy', heldBy: 'upgrade-box/acme' });
    expect(calls.map(({ call }) => call.activity)).not.toContain('sendNotice');
    expect(published.at(-1)).toMatchObject({ phase: 'done', needsHuman: false });
  });

  it('flies not, and is bad, when the cloud does not let its user in', async () => {
    const { calls, run } = world({
      observeCloud: { verdict: 'failed', failure },
      measureCloud: good,
      sendNotice: { outcome: 'sent' },
    });
    expect(await run()).toMatchObject({ result: 'bad', failure });
    expect(calls.map(({ call }) => call.activity)).not.toContain('measureCloud');
  });

  it('is bad when the activity ends without a result, and rejects when the run is cancelled', async () => {
    const lost = new Error('gone');
    const answers = { observeCloud: letsIn, measureCloud: lost, sendNotice: { outcome: 'sent' } };
    expect(await world(answers).run()).toMatchObject({ result: 'bad', failure: { code: 'Invariant' } });
    await expect(world(answers, Promise.resolve()).run()).rejects.toBe(lost);
  });
});
