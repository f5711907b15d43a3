// SPDX-License-Identifier: Apache-2.0
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { describe, expect, it } from 'vitest';
import { activityRecords, answerRecords } from '../../../cli/temporal/history.ts';
import type { RunReport } from '../../../cli/report/run-report.ts';
import type { ActivityRecord, AnswerRecord } from '../../../cli/temporal/temporal-client.ts';
import { readHistory } from '../../histories/recording.ts';
import {
  holdfast,
  instant,
  labFiles,
  parkedProgress,
  parkedStep,
  progress,
  step,
} from '../doubles/samples.ts';

const id = 'install-box/lab';

/** From a run on real components: parked, answered, done. */
function recorded(): { activities: ActivityRecord[]; answers: AnswerRecord[] } {
  const events = historyFromJSON(readHistory('box/install-box-parked-resolved')).events ?? [];
  return { activities: activityRecords(events), answers: answerRecords(events) };
}

const table = {
  operation: 'install-box',
  subject: 'lab',
  inputDigest: 'abcdef0123456789',
  steps: ['boot', 'keystone.schema', 'token'].map((stepId) => ({
    id: stepId,
    title: `Title of ${stepId}`,
    after: [],
  })),
};
const activity = (activityId: string, at: number, result: unknown): ActivityRecord => ({
  id: activityId,
  type: 'x',
  scheduledAt: instant(at),
  endedAt: instant(at + 2),
  attempts: 1,
  result,
});
const difference = { what: 'box <lab>', have: 'off', want: '"on" & running' };
const looked = { verdict: 'differs', count: 1, digest: '', differences: [difference] };
const failed = {
  outcome: 'failed',
  failure: { ...parkedStep.failure, cause: '<img src=x onerror=alert(1)>' },
};
const activities = [
  activity('compile/1', 0, { table, nonce: 'n' }),
  activity('boot/observe/1', 1, looked),
  activity('boot/apply/1', 3, { outcome: 'applied' }),
  activity('boot/verify/1', 5, { verdict: 'same' }),
  activity('keystone.schema/observe/1', 7, looked),
  activity('keystone.schema/apply/1', 9, failed),
  activity('keystone.schema/observe/2', 31, looked),
  activity('keystone.schema/apply/2', 33, failed),
];
const answers: readonly AnswerRecord[] = [
  {
    at: instant(30),
    step: 'keystone.schema',
    occurrence: 1,
    action: 'retry',
    actor: 'ada',
    reason: '<b>ok</b>',
  },
];
const evidence = {
  box: 'lab',
  release: 'debian-13',
  recordedAt: instant(0),
  future: true,
  packages: [{ name: 'keystone', version: '2:27.0.0-3' }],
  expiries: [{ what: 'certificate api', notAfter: '2026-02-01T00:00:00Z' }],
  canary: [{ phase: 'server ACTIVE', seconds: 17.9 }],
  services: [{ name: 'postgresql', version: '17.6' }],
};
const files = { ...labFiles, '/state/boxes/lab/evidence.json': JSON.stringify(evidence) };
const parked = {
  moments: [{ answer: { kind: 'progress', progress: parkedProgress } }],
  activities,
  answers,
} as const;

async function reportOf(temporal: Parameters<typeof holdfast>[1], more: Record<string, string> = files) {
  const { stdout } = await holdfast({ args: ['op', 'report', id, '--json'], files: more }, temporal);
  return JSON.parse(stdout) as RunReport;
}

/** What is written for a run of these steps that ended well. */
async function filesOf(steps: readonly ReturnType<typeof step>[]): Promise<Record<string, string>> {
  const done = {
    moments: [{ run: { status: 'completed', closedAt: instant(9) } }],
    end: { kind: 'completed', value: progress('done', steps, { endedAt: instant(9) }) },
    activities,
  } as const;
  const { io } = await holdfast({ args: ['op', 'report', id, '--folder', '/out'], files }, done);
  return io.writtenFiles;
}

describe('op report', () => {
  it('tells tries, waits, what was applied, and who answered when the run is parked', async () => {
    const report = await reportOf(parked);
    const [boot, schema, token] = report.steps;
    expect([report.schemaVersion, report.phase, report.nextCommand]).toEqual([
      1,
      'needs-operator',
      'holdfast op resolve install-box/lab --step keystone.schema --retry',
    ]);
    expect([boot?.applied, schema?.applied, token?.spans]).toEqual([[difference], [], []]);
    expect(schema?.tries).toBe(2);
    const kinds = schema?.spans.map((span) => span.kind);
    expect(kinds).toEqual(['look', 'apply', 'parked', 'ancestors', 'look', 'apply', 'parked']);
    expect(report.answers).toEqual(answers);
    expect(report.evidence?.packages).toEqual(evidence.packages);
  });

  it('writes JSON and one page that needs nothing else and escapes what peers said', async () => {
    const args = ['op', 'report', id, '--folder', '/out'];
    const { stdout, io, exitCode } = await holdfast({ args, files }, parked);
    const path = '/out/install-box-lab-20260105T120000Z';
    expect([exitCode, stdout]).toEqual([0, `${path}.html\n${path}.json\n`]);
    const page = io.writtenFiles[`${path}.html`] ?? '';
    expect(JSON.parse(io.writtenFiles[`${path}.json`] ?? '')).toMatchObject({ id });
    expect(page).not.toMatch(/<script|<img|<link|<b>ok|https?:\/\/|@import|url\(/);
    for (const text of [
      'prefers-color-scheme: dark',
      '@media print',
      '&lt;b&gt;ok&lt;/b&gt;',
      'box &lt;lab&gt;',
      '&quot;on&quot; &amp; running',
      'February 2026',
      'in 26 days',
      '17.9 s',
      '2:27.0.0-3',
      'ada',
      'Written by holdfast 0.1.0 (1a2b3c4), ',
    ])
      expect(page).toContain(text);
    expect(page).toMatch(/<details>\s*<summary>\d+ packages<\/summary>/);
  });

  it('lets a reader hide the steps that were as wanted, without a script', async () => {
    const steps = [step('boot', 'changed'), step('token', 'same')];
    const written = await filesOf(steps);
    const page = written['/out/install-box-lab-20260105T120000Z.html'] ?? '';
    const rows = [...page.matchAll(/<tr class="([a-z-]*)">\s*<th scope="row"><code>([^<]*)<\/code>/g)];
    const hidden = rows.filter(([, name]) => name === 'as-wanted').map(([, , id]) => id);
    expect([hidden.includes('token'), hidden.includes('boot')]).toEqual([true, false]);
    expect(page).toContain('<input type="checkbox" />');
    expect(page).toContain('section:has(.only input:checked) .as-wanted { display: none; }');
  });

  it('tells what changes said of themselves, and escapes it', async () => {
    const steps = [step('boot', 'changed', { detail: '3 files, <b>all</b>' }), step('token', 'same')];
    const written = await filesOf(steps);
    const path = '/out/install-box-lab-20260105T120000Z';
    const { steps: told } = JSON.parse(written[`${path}.json`] ?? '') as RunReport;
    expect(told.map(({ detail }) => detail)).toEqual(['3 files, <b>all</b>', undefined, undefined]);
    expect(written[`${path}.html`]).toContain('3 files, &lt;b&gt;all&lt;/b&gt;');
  });

  it('says so when there is no evidence, or none that can be read', async () => {
    expect((await reportOf(parked, labFiles)).evidence).toBeNull();
    const broken = { ...labFiles, '/state/boxes/lab/evidence.json': '{' };
    const { stderr } = await holdfast({ args: ['op', 'report', id], files: broken }, parked);
    expect(stderr).toContain('/state/boxes/lab/evidence.json cannot be read as evidence');
  });

  it('tells what differs, and no tries, of a run that only looks', async () => {
    const names = { operation: 'drift', subject: 'lab', inputDigest: 'abcdef0123456789' };
    const report = await reportOf({
      moments: [{ run: { type: 'DriftBox', status: 'completed', closedAt: instant(9) } }],
      end: { kind: 'completed', value: { ...names, result: 'differs', observedAt: instant(9), steps: [] } },
      activities: activities.slice(0, 2),
    });
    expect([report.looks, report.result, report.steps[0]?.differs]).toEqual([true, 'differs', [difference]]);
  });

  it('reads a history recorded on real components', async () => {
    const steps = [step('haproxy.config', 'changed')];
    const report = await reportOf({
      moments: [{ run: { status: 'completed', closedAt: instant(60) } }],
      end: { kind: 'completed', value: progress('done', steps) },
      ...recorded(),
    });
    const config = report.steps.find((each) => each.id === 'haproxy.config');
    expect([config?.tries, config?.applied.length, config?.status]).toEqual([4, 1, 'changed']);
    expect(report.answers.map(({ action, reason }) => `${action}: ${reason}`)).toEqual(['retry: a test']);
    // A step that was done and is looked at again did not wait.
    expect(report.steps.find((each) => each.id === 'boot')?.spans.map(({ kind }) => kind)).toEqual([
      'look',
      'look',
    ]);
  });
});
