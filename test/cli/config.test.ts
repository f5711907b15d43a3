// SPDX-License-Identifier: Apache-2.0
// The configuration file: what it changes, what overrides it, and what is refused before anything is done.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configKeys } from '../../cli/config/config-keys.ts';
import type { Setting } from '../../cli/config/load-config.ts';
import { holdfast, labFiles } from './doubles/samples.ts';

const path = '/home/ada/.config/holdfast/config.yaml';
const withFile = (text: string, facts: Parameters<typeof holdfast>[0]) =>
  holdfast({ ...facts, files: { ...labFiles, [path]: text } });

async function settings(text: string, environment: Record<string, string> = {}): Promise<Setting[]> {
  const { stdout } = await withFile(text, { args: ['config', 'show', '--json'], environment });
  return (JSON.parse(stdout) as { settings: Setting[] }).settings;
}

describe('the configuration file', () => {
  it('gives a variable to this process and its programs, with the line as its origin', async () => {
    const { io } = await withFile('# mine\naddress: temporal.example.org:7233\nnamespace: clouds\n', {
      args: ['box', 'list'],
    });
    expect(io.environment).toMatchObject({
      TEMPORAL_ADDRESS: 'temporal.example.org:7233',
      TEMPORAL_NAMESPACE: 'clouds',
    });
    expect(await settings('# mine\naddress: temporal.example.org:7233\n')).toEqual(
      expect.arrayContaining([
        { key: 'address', value: 'temporal.example.org:7233', from: `${path}:2` },
        { key: 'state', value: '/state', from: 'environment HOLDFAST_STATE' },
        { key: 'namespace', value: 'default', from: 'default' },
      ]),
    );
  });

  it('gives way to a variable, and that to an option', async () => {
    const text = 'format: json\nstate: /elsewhere\n';
    const names = (stdout: string) => (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
    // The state of the environment, in the format of the file.
    expect(names((await withFile(text, { args: ['box', 'list'] })).stdout)).toEqual(['lab']);
    const environment = { HOLDFAST_FORMAT: 'yaml' };
    expect((await withFile(text, { args: ['box', 'list'], environment })).stdout).toMatch(/^- name: lab\n/);
    const typed = await withFile(text, { args: ['box', 'list', '-o', 'text'], environment });
    expect(typed.stdout).toMatch(/^NAME +PHASE +ADDRESS\nlab /);
    expect((await withFile(text, { args: ['box', 'list', '--json'], environment })).stdout).toMatch(/^\[/);
  });

  it('leaves the address to a profile of Temporal that the environment names', async () => {
    const { io } = await withFile('address: temporal.example.org:7233\n', {
      args: ['box', 'list'],
      environment: { TEMPORAL_PROFILE: 'work' },
    });
    expect(io.environment).not.toHaveProperty('TEMPORAL_ADDRESS');
  });

  it('takes colour away and forces it, where the environment says neither', async () => {
    const { io } = await withFile('color: never\n', { args: ['box', 'list'] });
    expect(io.environment['NO_COLOR']).toBe('1');
    const forced = await withFile('color: never\n', {
      args: ['box', 'list'],
      environment: { CLICOLOR_FORCE: '1' },
    });
    expect(forced.io.environment).not.toHaveProperty('NO_COLOR');
  });

  it('changes the format of commands that read alone', async () => {
    const { stdout } = await withFile('format: json\n', { args: ['page'] });
    expect(stdout).toBe('/work/holdfast.html\n');
    const pruned = await withFile('format: json\n', {
      args: ['prune', '--plan'],
      machine: [{ type: 'result', data: [] }],
    });
    expect(pruned.stdout).not.toContain('[]');
  });

  it.each([
    ['formt: json\n', 'formt: There is no such key. Did you mean format?', ':1:1)'],
    ['# a\nformat: jsno\n', 'format: Not "jsno": one of text, wide, json, yaml. Did you mean json?', ':2:9)'],
    ['state: somewhere\n', 'state: Must be an absolute path: it begins with /', ':1:8)'],
    ['address: "1"\n', 'address: Must be HOST:PORT', ':1:10)'],
    ['- a\n', '(whole input): Must be keys with values, not a list', ':1:1)'],
    ['a: 1\na: 2\n', 'This key is there twice', ':2:1)'],
  ])('is refused, and nothing is asked, for %j', async (text, message, place) => {
    const { stderr, exitCode, io } = await withFile(text, { args: ['box', 'list'] });
    expect([exitCode, io.supervised]).toEqual([2, []]);
    expect(stderr).toContain(message);
    expect(stderr).toContain(`${path}${place}`);
  });

  it('is refused when another user may write it', async () => {
    const { stderr, exitCode, io } = await withFile('format: json\n', {
      args: ['box', 'list'],
      writableByOthers: [path],
    });
    expect([exitCode, io.supervised]).toEqual([2, []]);
    expect(stderr).toContain(`${path} can be written by other users`);
  });

  it('may be empty, and hinders neither help nor the version', async () => {
    expect((await withFile('# nothing yet\n', { args: ['box', 'list'] })).exitCode).toBe(0);
    for (const args of [['--version'], ['help'], ['box', '--help']])
      expect((await withFile('formt: json\n', { args })).stderr).not.toContain('formt');
  });

  it('is named where it is not there', async () => {
    const { stdout, stderr } = await holdfast({ args: ['config', 'show'] });
    expect(stdout).toMatch(/^KEY +VALUE +FROM\nstate +\/state +environment HOLDFAST_STATE\n/);
    expect(stderr).toContain(`There is no ${path}`);
  });

  it('is documented key by key, with the variables that override it', () => {
    const document = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8');
    const rows = [...document.matchAll(/^\| `(\w+)` \|.*\| (.*) \|$/gm)].map(([, key, variables]) => [
      key,
      variables,
    ]);
    expect(rows).toEqual(
      configKeys.map(({ key, variables }) => [key, variables.map((name) => `\`${name}\``).join(', ')]),
    );
  });
});

describe('HOLDFAST_FORMAT', () => {
  it('is refused when it names no format', async () => {
    const { stderr, exitCode } = await holdfast({
      args: ['box', 'list'],
      environment: { HOLDFAST_FORMAT: 'xml' },
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('HOLDFAST_FORMAT is "xml", which is no format');
  });
});
