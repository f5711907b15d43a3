// SPDX-License-Identifier: Apache-2.0
// A box that others on the network use: by this machine's address and a name, with catalog and certificate to match.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { thisMachine } from '../../../activities/hosts/transport.ts';
import { cli, lab, spec } from './stand.ts';

const [ours, theirs] = ['10.78.49.1', '10.78.49.2'];
const reached = { ...spec, access: { address: ours } };
/** Somebody else's machine, as far as the network goes. */
const neighbour = 'holdfast-test-neighbour';

const ip = (...args: string[]) => execa('ip', args);
const there = (...args: string[]) => execa('ip', ['netns', 'exec', neighbour, ...args], { reject: false });

export function reachProofs(): void {
  beforeAll(async () => {
    await ip('netns', 'add', neighbour);
    await ip('link', 'add', 'hf-lan', 'type', 'veth', 'peer', 'name', 'lan0', 'netns', neighbour);
    await ip('addr', 'add', `${ours}/24`, 'dev', 'hf-lan');
    await ip('link', 'set', 'hf-lan', 'up');
    await ip('-n', neighbour, 'addr', 'add', `${theirs}/24`, 'dev', 'lan0');
    await ip('-n', neighbour, 'link', 'set', 'lan0', 'up');
  });
  afterAll(async () => {
    await ip('link', 'del', 'hf-lan');
    await ip('netns', 'del', neighbour);
  });

  test('a neighbour on the network gets an answer that its certificate vouches for', async () => {
    expect((await lab.install(reached)).phase).toBe('done');
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-neighbour-'));
    const ca = join(lab.stateDirectory, 'boxes', spec.name, 'access', 'ca.pem');
    const script = `
import json, ssl, sys, urllib.request
context = ssl.create_default_context(cafile=sys.argv[1])
print(json.load(urllib.request.urlopen(sys.argv[2], context=context, timeout=20))['version']['links'][0]['href'])
`;
    await writeFile(join(folder, 'ask.py'), script);
    const answer = await there('python3', join(folder, 'ask.py'), ca, `https://${ours}:5000/v3`);
    await rm(folder, { recursive: true });
    expect(answer.stderr).toBe('');
    expect(answer.stdout).toContain(`https://${ours}:5000/v3`);
  });

  test('the way is named when somebody takes it away, and comes back with the next install', async () => {
    await thisMachine.run(['nft', 'delete', 'table', 'ip', 'holdfast_least_box']);
    const report = await lab.drift(spec.name);
    expect(report.steps.filter(({ verdict }) => verdict === 'differs').map(({ id }) => id)).toEqual(
      expect.arrayContaining(['reach']),
    );
    const { steps } = await lab.install(reached);
    expect(steps.filter(({ status }) => status === 'changed').map(({ id }) => id)).toEqual(['reach']);
  });

  test('an address that leaves the spec is named by the plan, and nothing is handed on after the install', async () => {
    const plan = await lab.plan(spec);
    expect(plan.steps.filter(({ verdict }) => verdict === 'differs').map(({ id }) => id)).toContain('reach');
    expect((await lab.install(spec)).phase).toBe('done');
    expect((await thisMachine.run(['nft', 'list', 'tables'])).stdout).not.toContain('least_box');
  });

  test('a destroyed box leaves no way behind, and no schedule', async () => {
    const { name } = spec;
    expect((await cli('box', 'destroy', name, '--confirm', name)).exitCode).toBe(0);
    expect((await thisMachine.run(['nft', 'list', 'tables'])).stdout).not.toContain('least_box');
    const schedules = async () => JSON.parse((await cli('schedule', 'list', '--json')).stdout) as unknown[];
    await expect.poll(schedules, { timeout: 10_000 }).toEqual([]);
  });
}
