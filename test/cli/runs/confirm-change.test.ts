// SPDX-License-Identifier: Apache-2.0
// Another spec than the recorded one is asked about at a terminal and refused elsewhere, before anything is started.
import { describe, expect, it } from 'vitest';
import { holdfast, instant, labFiles, labSpec, progress, step } from '../doubles/samples.ts';

const terminal = { columns: 80, rows: 24 };
const other = { ...labSpec, region: 'Other' };
const files = { ...labFiles, '/state/boxes/lab/spec.json': JSON.stringify(other) };
const args = ['box', 'install', 'lab.yaml', '-q'];
const good = {
  moments: [{ run: { status: 'completed', closedAt: instant(8) } }],
  end: { kind: 'completed', value: progress('done', [step('spec', 'same')], { endedAt: instant(8) }) },
} as const;
const difference = 'region: "Other" is recorded, "RegionOne" is asked for';

describe('box install with another spec than the recorded one', () => {
  it.each([
    ['y', 0, 1],
    ['yes', 0, 1],
    ['Y', 0, 1],
    ['', 2, 0],
    ['n', 2, 0],
    ['yesterday', 2, 0],
  ])('asks on a terminal, and %j exits with %i', async (answer, exitCode, starts) => {
    const { io, client, stderr, ...end } = await holdfast({ args, files, terminal, answers: [answer] }, good);
    expect([end.exitCode, client.started.length]).toEqual([exitCode, starts]);
    expect(io.questions).toEqual(['Change box lab so? [y/N] ']);
    expect(stderr).toContain(difference);
  });

  it('refuses where nobody can be asked, with every difference and the commands that go on', async () => {
    const { stderr, exitCode, client } = await holdfast(
      { args: ['box', 'install', 'lab.yaml'], files },
      good,
    );
    expect([exitCode, client.started]).toEqual([2, []]);
    expect(stderr).toBe(
      [
        'error: Another spec of box lab is recorded; nothing was started',
        `  ${difference}`,
        'next: holdfast box plan lab.yaml, then holdfast box install lab.yaml --yes',
        '',
      ].join('\n'),
    );
  });

  it.each([[['--yes']], [['-y', '--json']], [['--yes', '--detach']]])(
    'asks nothing with %j',
    async (more) => {
      const { io, client } = await holdfast({ args: [...args, ...more], files, terminal }, good);
      expect(io.questions).toEqual([]);
      expect(client.started).toMatchObject([{ type: 'InstallBox' }]);
    },
  );

  it('asks nothing again when the run of that spec is there', async () => {
    const first = await holdfast({ args: [...args, '--yes'], files }, good);
    const runningInput = first.client.started[0]?.input;
    const written = { ...files, ...first.io.writtenFiles };
    const moments = [{ answer: { kind: 'progress', progress: progress('running', []) } }, ...good.moments];
    const { io, client, stderr, exitCode } = await holdfast(
      { args: ['box', 'install', 'lab.yaml'], files: written, terminal },
      { ...good, moments: [moments[0], ...moments], runningInput } as never,
    );
    expect([exitCode, io.questions, client.started]).toEqual([0, [], []]);
    expect(stderr).toContain('attached');
  });
});

describe('mirrors install with another spec than the recorded one', () => {
  it('refuses where nobody can be asked', async () => {
    const yaml = (revisions: number) => `apiVersion: holdfast/v1
kind: Mirror
name: site
network: { cidr: 10.78.1.0/24, address: 10.78.1.2, gateway: 10.78.1.1 }
keep: ${revisions}
deb:
  - name: main
    url: http://deb.debian.org/debian
    suites: [trixie]
    packages: [hello]
`;
    const install = ['mirrors', 'install', 'site.yaml'];
    const first = await holdfast({ args: install, files: { '/work/site.yaml': yaml(2) } }, good);
    expect([first.stderr, first.client.started.length]).toEqual([expect.any(String), 1]);
    const [recorded = ''] = Object.values(first.io.writtenFiles);
    const { stderr, exitCode, client } = await holdfast(
      { args: install, files: { '/work/site.yaml': yaml(3), '/state/sites/site/spec.json': recorded } },
      good,
    );
    expect([exitCode, client.started]).toEqual([2, []]);
    expect(stderr).toContain('Another spec of mirror site is recorded; nothing was started');
    expect(stderr).toContain('next: holdfast mirrors install site.yaml --plan, then');
  });
});
