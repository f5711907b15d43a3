// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { commands } from '../../cli/commands/index.ts';
import { errorKinds } from '../../workflows/contracts/run/errors.ts';
import { exitCodes } from '../../cli/terminal/exit-codes.ts';
import { readyLine } from './doubles/fake-io.ts';
import { holdfast } from './doubles/samples.ts';

describe('the tool', () => {
  it('shows its summary and examples without a command', async () => {
    const { stdout, exitCode } = await holdfast({ args: [] });
    expect(exitCode).toBe(0);
    expect(stdout).toMatchSnapshot();
  });

  it.each([
    [['bo'], 'Did you mean box?'],
    [['box', 'instal'], 'Did you mean install?'],
    [['box', 'plan', 'lab', '--exit-cod'], 'Did you mean --exit-code?'],
    [['box', 'plan'], "missing required argument 'file-or-name'"],
    [['box'], 'Usage: holdfast box'],
    [['help', 'nothing'], 'There is no help on nothing'],
  ])('exits with 2 and runs nothing at %j', async (args, text) => {
    const { stderr, exitCode, io } = await holdfast({ args });
    expect([exitCode, io.supervised]).toEqual([2, []]);
    expect(stderr).toContain(text);
  });

  it('names itself as a person has to type it in a clone', async () => {
    const { stdout } = await holdfast({ args: [], environment: { npm_command: 'exec' } });
    expect(stdout).toContain('  npx holdfast box install examples/local-box.yaml');
  });

  it('names itself so in a next command as well', async () => {
    const { stderr } = await holdfast({
      args: ['box', 'show', 'lab'],
      files: { '/state/boxes/lab/spec.json': '{' },
      environment: { npm_command: 'exec' },
    });
    expect(stderr).toContain('install the box from its file: npx holdfast box install FILE\n');
  });

  it('says which file is in the way, and that it is no bug', async () => {
    const path = '/state/boxes/lab/credentials.json';
    const { stderr, exitCode } = await holdfast({
      args: ['credentials', 'status', 'lab'],
      unreadable: [path],
    });
    expect([stderr.split('\n')[0], exitCode]).toEqual([
      `error: ${path} cannot be used: it is a folder where a file belongs`,
      1,
    ]);
  });

  it('prints version and commit, and starts nothing', async () => {
    const { stdout, exitCode, io } = await holdfast({ args: ['--version'] });
    expect([stdout, exitCode, io.supervised]).toEqual(['holdfast 0.1.0 (1a2b3c4)\n', 0, []]);
  });

  it('prints the exit codes', async () => {
    const { stdout } = await holdfast({ args: ['help', 'exit-codes'] });
    expect(stdout).toMatchSnapshot();
    const codes: number[] = Object.values(exitCodes).map(({ code }) => code);
    for (const kind of Object.values(errorKinds)) expect(codes).toContain(kind.exitCode);
  });
});

describe('files of holdfast in what it says', () => {
  it('are named as they lie, where the command is not run in their folder', async () => {
    const here = await holdfast({ args: ['help'] });
    expect(here.stdout).toContain('  holdfast box install examples/local-box.yaml\n');
    const files = { '/work/empty.yaml': '' };
    for (const [words, text] of [
      [['help'], '  holdfast box install /usr/lib/holdfast/examples/local-box.yaml\n'],
      [
        ['box', 'plan', 'empty.yaml'],
        'Begin with /usr/lib/holdfast/examples/local-box.yaml; /usr/lib/holdfast/docs/spec.md',
      ],
    ] as const) {
      const packaged = await holdfast({ args: words, files, programs: ['node', '/usr/lib/holdfast/dist'] });
      expect(packaged.stdout + packaged.stderr).toContain(text);
    }
  });
});

describe('down', () => {
  const lines = [JSON.stringify({ type: 'stopped', what: 'worker', pid: 7 })];
  it.each([
    [[], 'stopped worker (pid 7)\n'],
    [['-q'], ''],
  ])('prints what it stopped, and nothing with -q: %j', async (words, text) => {
    const { stderr, exitCode } = await holdfast({ args: ['down', ...words], supervisor: [{ lines }] });
    expect([stderr, exitCode]).toEqual([text, 0]);
  });
});

describe('help of every command', () => {
  it.each(commands.map((command) => [command.words.join(' '), command] as const))(
    '%s',
    async (words, command) => {
      const { stdout, exitCode } = await holdfast({ args: [...command.words, '--help'] });
      expect(exitCode).toBe(0);
      for (const example of command.examples) expect(stdout).toContain(`  holdfast ${example}\n`);
      for (const { flags } of command.options) expect(stdout).toContain(flags);
      expect(stdout.indexOf('Examples:')).toBeLessThan(stdout.indexOf('Usage:'));
      const lines = stdout
        .split('\n')
        .filter((line) => !command.examples.some((example) => line.includes(example)));
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
      expect(command.summary).toMatch(/^[a-z].*[^.]$/);
      expect((await holdfast({ args: ['help', ...words.split(' ')] })).stdout).toBe(stdout);
    },
  );
});

describe('up and down', () => {
  const supervisor = [
    { lines: ['{"type":"started","what":"temporal","pid":5,"address":"127.0.0.1:7233"}', readyLine] },
    { lines: [] },
  ];

  it('says what was started and where everything is', async () => {
    const { stdout, stderr } = await holdfast({ args: ['up'], supervisor });
    expect(stderr).toBe('started temporal (pid 5)\n');
    expect(stdout).toBe(
      'Temporal  127.0.0.1:7233 (embedded, namespace default)\nUI        http://127.0.0.1:8233\nstate     /state\n',
    );
  });

  it('starts an install of each recorded box with --boxes', async () => {
    const { stdout, client, exitCode } = await holdfast({ args: ['up', '--boxes'] });
    expect([exitCode, client.started.map(({ id }) => id)]).toEqual([0, ['install-box/lab']]);
    expect(stdout).toContain('install   install-box/lab\n');
  });

  it('asks for the unit with --boot', async () => {
    const data = { unit: 'holdfast.service', path: '/etc/systemd/system/holdfast.service', isChanged: true };
    const machine = [{ type: 'result', data }];
    const { stderr, io } = await holdfast({ args: ['up', '--boot'], supervisor, machine });
    expect(io.machineAsked.map(({ words }) => words)).toEqual([['boot']]);
    expect(stderr).toContain(
      'installed /etc/systemd/system/holdfast.service: holdfast.service runs at each boot',
    );
  });

  it('says when there was nothing to stop', async () => {
    const { stderr, exitCode } = await holdfast({ args: ['down'], supervisor: [{ lines: [] }] });
    expect([stderr, exitCode]).toEqual(['nothing was running\n', 0]);
  });
});
