// SPDX-License-Identifier: Apache-2.0
// Specs, steps and progress that several tests show. Real in shape, small in number.
import type {
  Phase,
  Progress,
  ReportStep,
  StepNotAsWanted,
  StepProgress,
  StepStatus,
} from '../../../workflows/contracts/run/progress.ts';
import { run } from '../../../cli/program.ts';
import { FakeIo, startOfTime, type FakeIoOptions } from './fake-io.ts';
import { FakeTemporal, type FakeTemporalOptions } from './fake-temporal.ts';

export const labYaml = `apiVersion: holdfast/v1
kind: Box
name: lab
networks:
  management:
    cidr: 10.77.1.0/24
    address: 10.77.1.2
    gateway: 10.77.1.1
`;

export const labSpec = {
  apiVersion: 'holdfast/v1',
  kind: 'Box',
  name: 'lab',
  provision: { kind: 'local' },
  release: 'debian-13',
  region: 'RegionOne',
  networks: { management: { cidr: '10.77.1.0/24', address: '10.77.1.2', gateway: '10.77.1.1' } },
  services: ['identity', 'image', 'placement', 'network', 'compute'],
  access: {},
  overrides: {},
  certificates: { lifetimeDays: 397 },
  dumps: { keep: 7 },
  seeds: {
    projects: [],
    test: {
      cidr: '192.168.200.0/24',
      quotas: {
        compute: { instances: 20, cores: 40, ram: 102_400 },
        network: { network: 20, subnet: 40, router: 10, port: 200 },
      },
    },
  },
};

/** A state directory in which lab is installed. */
export const labFiles: Readonly<Record<string, string>> = {
  '/work/lab.yaml': labYaml,
  '/state/boxes/lab/spec.json': JSON.stringify(labSpec),
  '/state/boxes/lab/access/clouds.yaml': 'clouds:\n  lab-admin:\n    region_name: RegionOne\n',
};

export const instant = (seconds: number): string => new Date(startOfTime + seconds * 1000).toISOString();

export function step(id: string, status: StepStatus, facts: Partial<StepProgress> = {}): StepProgress {
  return { id, title: `Title of ${id}`, status, occurrence: 1, tries: 1, skippable: false, ...facts };
}

export function progress(
  phase: Phase,
  steps: readonly StepProgress[],
  facts: Partial<Progress> = {},
): Progress {
  const base = {
    operation: 'install-box',
    subject: 'lab',
    startedAt: instant(0),
    inputDigest: 'abcdef0123456789',
  };
  return { ...base, phase, needsHuman: phase === 'needs-operator', steps, ...facts };
}

export const parkedStep: StepProgress = step('keystone.schema', 'parked', {
  occurrence: 3,
  tries: 3,
  startedAt: instant(4),
  endedAt: instant(9),
  failure: {
    code: 'Rejected',
    message: 'keystone-manage db_sync ended with exit code 1',
    on: 'box lab',
    cause: 'could not connect to server',
    hint: 'Read the deepest cause, fix it, then resolve the step with --retry',
    logPath: 'box lab:/var/lib/holdfast/jobs/7f3a/',
    exitCode: 1,
  },
});

export const parkedProgress: Progress = progress(
  'needs-operator',
  [
    step('spec', 'same'),
    step('boot', 'changed', { startedAt: instant(1), endedAt: instant(4) }),
    parkedStep,
    step('token', 'pending', { occurrence: 0, tries: 0 }),
  ],
  { nextCommand: 'holdfast op resolve install-box/lab --step keystone.schema --retry' },
);

export function reportStep(
  id: string,
  verdict: ReportStep['verdict'],
  facts: Partial<StepNotAsWanted> = {},
): ReportStep {
  const title = `Title of ${id}`;
  if (verdict === 'same') return { id, title, verdict };
  return {
    id,
    title,
    verdict,
    count: 0,
    differences: [],
    changes: true,
    after: [],
    ...facts,
  };
}

/** Runs the whole tool against doubles. */
export async function holdfast(options: FakeIoOptions, temporal: FakeTemporalOptions = {}) {
  const io = new FakeIo({ files: labFiles, ...options });
  const client = new FakeTemporal(temporal);
  const exitCode = await run(io, async () => client);
  return { ...io.written(), exitCode, io, client };
}
