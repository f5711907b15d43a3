// SPDX-License-Identifier: Apache-2.0
// The command that a run's end advises starts the same operation with the same input.
import { describe, expect, it } from 'vitest';
import { hintOfEnded, startAgainCommand } from '../../../cli/runs/start-again.ts';
import { errorKinds } from '../../../workflows/contracts/run/errors.ts';
import { operations, type Slug } from '../../../workflows/operations/index.ts';
import { inputParserOf, type InputOf } from '../../../workflows/operations/inputs.schema.ts';
import type { Operation } from '../../../workflows/contracts/run/operation.ts';
import { dumpId, recordedFiles, revision, serial } from '../doubles/recorded-state.ts';
import { holdfast, progress, step } from '../doubles/samples.ts';
import { wordsOf } from '../doubles/shell-words.ts';

const digest = 'd'.repeat(64);
const box = { name: 'lab', takeOver: false };
const boxSpec = { ...box, specDigest: digest };
const mirror = { name: 'site', takeOver: false };
const rotation = { users: ['glance', 'nova'], due: false, emergency: true };

/** Inputs with everything that a command can say. `subject`: default the name. */
const samples: { readonly [S in Slug]: { readonly input: object; readonly subject?: string } | null } = {
  'acknowledge-credential': {
    input: { name: 'far', user: 'nova', consumer: 'compute-07', generation: 4, actor: 'ada' },
    subject: 'far/nova/compute-07',
  },
  canary: {
    input: {
      cloud: 'acme',
      cloudsFile: '/work/clouds.yaml',
      image: "Ada's Linux",
      flavor: 'm1.tiny',
      externalNetwork: 'ext net',
    },
    subject: 'acme',
  },
  'audit-mirror': { input: { name: 'site' } },
  'change-mirror': null,
  'destroy-box': { input: box },
  'destroy-ca': { input: { name: 'pki', leaveBoxes: true, takeOver: false } },
  'destroy-mirror': { input: mirror },
  drift: { input: box },
  'dump-box': { input: box },
  'export-bundle': {
    input: { ...mirror, folder: '/mnt/a b', since: '/mnt/old.receipt', segmentBytes: 2_000_000_000 },
  },
  'push-images': { input: { ...mirror, to: 'http://registry.test:5000' } },
  'import-bundle': { input: { ...mirror, folder: '/mnt/a b' } },
  'install-box': { input: boxSpec },
  'install-mirror': { input: { ...mirror, specDigest: digest } },
  plan: { input: boxSpec },
  'plan-mirror': { input: { ...mirror, specDigest: digest } },
  'issue-ca': {
    input: { name: 'pki', generation: 2, specDigest: digest, requestedBy: 'ada' },
    subject: 'pki/2',
  },
  'plan-ca': {
    input: { name: 'pki', generation: 2, specDigest: digest, requestedBy: 'ada' },
    subject: 'pki/2',
  },
  'issue-crl': { input: { name: 'pki', daysLeft: 300, requestedBy: 'ada', takeOver: false } },
  'install-ca': { input: { name: 'pki', specDigest: digest, takeOver: false } },
  'plan-ca-box': { input: { name: 'pki', specDigest: digest, takeOver: false } },
  'activate-ca': { input: { name: 'pki', generation: 1, takeOver: false }, subject: 'pki/1' },
  'revoke-ca': {
    input: { name: 'pki', serial, why: 'it was "lost"', requestedBy: 'ada', takeOver: false },
    subject: `pki/${serial}`,
  },
  'drill-compromise': {
    input: { name: 'pki', generation: 1, specDigest: digest, why: 'March', requestedBy: 'ada' },
    subject: 'pki/1',
  },
  'migrate-database': { input: { ...box, service: 'glance' }, subject: 'lab/glance' },
  'database-status': { input: { ...box, service: 'glance' }, subject: 'lab/glance' },
  'migrate-nova': { input: box },
  'nova-status': { input: box },
  'refresh-mirrors': { input: mirror },
  'plan-refresh': { input: mirror },
  'renew-certificates': { input: box },
  'restore-box': { input: { ...box, dump: dumpId } },
  'restore-nova': { input: { ...box, dump: dumpId } },
  'rollback-mirror': { input: { ...mirror, revision } },
  'rotate-admin': { input: box },
  'rotate-cloud': { input: { name: 'far', takeOver: false, ...rotation } },
  'rotate-credentials': { input: { ...box, ...rotation } },
  'rotate-keys': { input: { ...box, kind: 'jws', due: false, emergency: true } },
  'start-box': { input: box },
  'stop-box': { input: box },
  'update-box': { input: box },
  'revert-update': { input: box },
  'plan-update': { input: box },
  'upgrade-box': { input: boxSpec },
  'plan-upgrade': { input: boxSpec },
};

const recorded = progress('failed', [step('spec', 'changed')]);
const cases = Object.values(operations)
  .map((operation: Operation) => ({ operation, sample: samples[operation.slug as Slug] }))
  .flatMap(({ operation, sample }) =>
    sample === null ? [] : [{ slug: operation.slug, operation, ...sample }],
  );

describe('startAgainCommand()', () => {
  it.each(cases)(
    'has $slug started with the input that its run had',
    async ({ operation, input, subject }) => {
      const name = subject ?? (input as InputOf<'drift'>).name;
      const id = `${operation.slug}/${name}`;
      const parsed = inputParserOf(operation)(input);
      expect(parsed).toMatchObject({ ok: true });
      const [program, ...args] = wordsOf(startAgainCommand(id, input, recorded) ?? '');
      expect(program).toBe('holdfast');
      const run = await holdfast({
        args: [...args, '--detach'],
        files: recordedFiles,
        terminal: { columns: 80, rows: 24 },
        // Some ask for a name before they begin.
        answers: [name],
        machine: [{ type: 'result', data: { isThere: true, dumps: 0, left: [] } }],
      });
      expect([run.stderr, run.client.started[0]?.type]).toEqual([expect.any(String), operation.type]);
      expect(run.client.started[0]?.id).toBe(id);
      const started = inputParserOf(operation)(run.client.started[0]?.input);
      if (!started.ok || !parsed.ok) throw new Error(JSON.stringify(started));
      // Of the spec as it is recorded, which an id of the sample cannot be.
      const without = (value: object) => ({ ...value, specDigest: undefined, base: undefined });
      expect(without(started.value)).toEqual(without(parsed.value));
    },
  );

  it('names the file where no run has recorded its spec', () => {
    const none = progress('failed', [step('spec', 'pending')]);
    expect(startAgainCommand('install-box/lab', boxSpec, none)).toBe('holdfast box install FILE');
  });

  it.each([undefined, null, 'lab', { cloud: '../etc' }])('says nothing of the input %j', (input) => {
    expect(startAgainCommand('canary/acme', input, null)).toBeNull();
  });
});

it('hintOfEnded() tells nobody to answer a run that has ended', () => {
  for (const { hint } of Object.values(errorKinds)) expect(hintOfEnded(hint)).not.toMatch(/--retry|answer/);
});
