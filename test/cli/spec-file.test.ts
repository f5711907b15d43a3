// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { holdfast, labYaml } from './samples.ts';

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
        'networks.management.gateway: Invalid input: expected string, received undefined (./lab.yaml:6:5)',
        'networks.management.gatway: There is no such key (./lab.yaml:8:5)',
      ],
    ],
    [
      'a wrong type',
      `${labYaml}certificates:\n  lifetimeDays: long\n`,
      ['certificates.lifetimeDays: Invalid input: expected number, received string (./lab.yaml:10:17)'],
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
    ['no content', '', ['(whole input): Invalid input: expected object, received null']],
    ['a key that is there twice', `${labYaml}name: lab\n`, ['Map keys must be unique (./lab.yaml:9:1)']],
  ])('names %s with its path and place', async (_, yaml, lines) => {
    expect(await refusedLines(yaml)).toEqual(lines);
  });

  it('names a file that is not there', async () => {
    const { stderr, exitCode } = await holdfast({ args: ['box', 'plan', 'none/box.yaml'] });
    expect([stderr, exitCode]).toEqual(['error: There is no file none/box.yaml; nothing was started\n', 2]);
  });

  it('names the recorded boxes when an argument is neither file nor box', async () => {
    const { stderr, exitCode } = await holdfast({ args: ['box', 'install', 'lap'] });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('boxes recorded: lab');
  });
});
