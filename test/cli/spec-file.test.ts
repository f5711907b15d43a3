// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { holdfast, labYaml } from './doubles/samples.ts';

const refusedLines = async (yaml: string) => {
  const { stderr, exitCode, client, io } = await holdfast({
    args: ['box', 'install', './lab.yaml'],
    files: { '/work/lab.yaml': yaml },
  });
  expect(exitCode).toBe(2);
  expect(client.started).toEqual([]);
  expect(io.supervised).toEqual([]);
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('  '))
    .map((line) => line.trim());
};

describe('a spec that is refused before anything starts', () => {
  it.each([
    [
      'an unknown key',
      labYaml.replace('    gateway', '    gatway'),
      [
        'networks.management.gateway: Missing (./lab.yaml:6:5)',
        'networks.management.gatway: There is no such key. Did you mean gateway? (./lab.yaml:8:5)',
      ],
    ],
    [
      'a wrong type',
      `${labYaml}certificates:\n  lifetimeDays: long\n`,
      ['certificates.lifetimeDays: Must be a number, not "long" (./lab.yaml:10:17)'],
    ],
    [
      'an impossible network',
      labYaml.replace('10.77.1.0/24', '10.77.1.0/40'),
      [
        'networks.management.cidr: Not an IPv4 network: write it as 10.77.1.0/24, with no bits behind the prefix (./lab.yaml:6:11)',
      ],
    ],
    [
      'networks that overlap',
      labYaml.replace('networks:', 'networks:\n  public:\n    cidr: 10.77.0.0/16'),
      ['networks.public.cidr: Overlaps networks.management.cidr 10.77.1.0/24 (./lab.yaml:6:11)'],
    ],
    [
      'a name that is a path',
      labYaml.replace('name: lab', 'name: ../lab'),
      [
        'name: A box name has 2 to 48 characters a-z, 0-9 and -, begins with a letter and is no path (./lab.yaml:3:7)',
      ],
    ],
    [
      'two projects of one name',
      `${labYaml}seeds:\n  projects:\n    - name: demo\n    - name: demo\n`,
      ['seeds.projects.1.name: The project name demo is taken (./lab.yaml:12:13)'],
    ],
    [
      'a syntax error',
      'name: [lab\n',
      ['Flow sequence in block collection must be sufficiently indented and end with a ] (./lab.yaml:2:1)'],
    ],
    ['a key that is there twice', `${labYaml}name: lab\n`, ['This key is there twice (./lab.yaml:9:1)']],
    [
      'a mistyped key of the top',
      `${labYaml}regoin: RegionOne\n`,
      ['regoin: There is no such key. Did you mean region? (./lab.yaml:9:1)'],
    ],
    [
      'a mistyped key of a list',
      `${labYaml}seeds:\n  projects:\n    - name: demo\n      descripton: x\n`,
      ['seeds.projects.0.descripton: There is no such key. Did you mean description? (./lab.yaml:12:7)'],
    ],
    ['no name', labYaml.replace('name: lab\n', ''), ['name: Missing (./lab.yaml:1:1)']],
    [
      'a text in place of a list',
      `${labYaml}services: identity\n`,
      ['services: Must be a list, not "identity" (./lab.yaml:9:11)'],
    ],
    [
      'a mistyped service',
      `${labYaml}services: [identiy]\n`,
      [
        'services.0: Not "identiy": one of identity, image, placement, network, compute, volume, dashboard. Did you mean identity? (./lab.yaml:9:12)',
      ],
    ],
    [
      'a tab',
      labYaml.replace('  management', '\tmanagement'),
      ['A tab stands where YAML takes blanks only (./lab.yaml:5:1)'],
    ],
    [
      'a second document',
      `${labYaml}---\n${labYaml}`,
      ['A second document begins here: one file describes one thing (./lab.yaml:9:1)'],
    ],
    [
      'an override that no program of the box reads',
      `${labYaml}services: [identity]\noverrides:\n  nova:\n    DEFAULT: { debug: true }\n`,
      [
        'overrides.nova: No program of this box reads it: the service compute is not in services (./lab.yaml:11:3)',
      ],
    ],
  ])('names %s with its path and place', async (_, yaml, lines) => {
    expect(await refusedLines(yaml)).toEqual(lines);
  });

  it.each([
    ['', 'error: ./lab.yaml is empty: it describes nothing; nothing was started'],
    ['# nothing yet\n', 'error: ./lab.yaml is empty: it describes nothing; nothing was started'],
    [
      `${labYaml}# ${'x'.repeat(300_000)}`,
      'error: ./lab.yaml is too long for a spec: 300139 characters of at most 256000; nothing was started',
    ],
  ])('says what a file without a spec is', async (yaml, message) => {
    const { stderr, exitCode, io } = await holdfast({
      args: ['box', 'plan', './lab.yaml'],
      files: { '/work/lab.yaml': yaml },
    });
    expect([stderr.split('\n')[0], exitCode, io.supervised]).toEqual([message, 2, []]);
  });

  it('says that a folder is none', async () => {
    const { stderr, exitCode } = await holdfast({
      args: ['box', 'plan', './specs'],
      unreadable: ['/work/specs'],
    });
    expect([stderr, exitCode]).toEqual(['error: ./specs is a folder, not a file; nothing was started\n', 2]);
  });

  it('names a file that is not there', async () => {
    const { stderr, exitCode } = await holdfast({ args: ['box', 'plan', 'none/box.yaml'] });
    expect([stderr, exitCode]).toEqual(['error: There is no file none/box.yaml; nothing was started\n', 2]);
  });

  it('names the recorded boxes when an argument is neither file nor box', async () => {
    const { stderr, exitCode } = await holdfast({ args: ['box', 'install', 'lap'] });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('  Did you mean lab?\n  boxes recorded: lab\n');
  });
});
