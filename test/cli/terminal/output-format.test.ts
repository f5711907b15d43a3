// SPDX-License-Identifier: Apache-2.0
// Formats of what is printed: YAML says what JSON says, wide has more columns, and every command with --json has both.
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { writeDocument } from '../../../cli/terminal/output-format.ts';
import { commands } from '../../../cli/commands/index.ts';
import { FakeIo } from '../doubles/fake-io.ts';
import { holdfast, instant, labFiles, parkedProgress } from '../doubles/samples.ts';

const moments = [{ answer: { kind: 'progress', progress: parkedProgress } }] as const;
const run = {
  id: 'install-box/lab',
  runId: '0123456789abcdef',
  type: 'InstallBox',
  status: 'completed',
  startedAt: instant(-7200),
  closedAt: instant(-7000),
} as const;

describe('-o', () => {
  it.each([
    ['box', 'list'],
    ['box', 'show', 'lab'],
    ['op', 'list'],
    ['op', 'show', 'install-box/lab'],
    ['page'],
    ['config', 'show'],
  ])('yaml says what json says: %s %s', async (...args) => {
    const words = args.filter((word) => word !== undefined);
    const machine = [{ type: 'result', data: null }];
    const json = await holdfast({ args: [...words, '--json'], machine }, { moments });
    expect(json.exitCode).toBe(0);
    for (const typed of [['-o', 'yaml'], ['--format=yaml'], ['-oyaml']]) {
      const yaml = await holdfast({ args: [...words, ...typed], machine }, { moments });
      expect(parse(yaml.stdout)).toEqual(JSON.parse(json.stdout));
      expect(yaml.exitCode).toBe(0);
    }
    expect((await holdfast({ args: [...words, '-o', 'json'], machine }, { moments })).stdout).toBe(
      json.stdout,
    );
  });

  it('yaml gives each record of a run a document of its own, and an error too', async () => {
    const args = ['op', 'watch', 'install-box/lab'];
    const json = await holdfast({ args: [...args, '--json'] }, { moments });
    const yaml = await holdfast({ args: [...args, '-o', 'yaml'] }, { moments });
    const documents = parseAllDocuments(yaml.stdout).map((document) => document.toJS() as unknown);
    const lines = json.stdout.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(2);
    expect(documents).toEqual(lines.map((line) => JSON.parse(line) as unknown));
    const refused = await holdfast({ args: ['box', 'show', 'lap', '-o', 'yaml'] });
    expect(refused.exitCode).toBe(2);
    expect(parse(refused.stdout)).toMatchObject({ type: 'result', code: 'error', data: { exitCode: 2 } });
  });

  it('yaml is read alike by readers of YAML 1.1, and breaks no line', () => {
    const io = new FakeIo({ args: [], environment: { LANG: 'C' } });
    const shared = { a: 1 };
    const value = {
      on: 'on',
      no: 'no',
      time: '12:30',
      text: `${'long '.repeat(40)}→`,
      one: shared,
      two: shared,
    };
    writeDocument(io, { format: 'yaml' }, value);
    const { stdout } = io.written();
    expect(parse(stdout, { version: '1.1' })).toEqual(value);
    expect(parse(stdout)).toEqual(value);
    expect(stdout).not.toMatch(/[&*]/);
    expect(stdout.split('\n').find((line) => line.startsWith('text:'))).toContain('→');
  });

  it('wide has the run, both instants, and what a box is made of', async () => {
    const runs = { runs: [run], isOnlyRuns: true };
    const list = await holdfast({ args: ['op', 'list', '-o', 'wide'] }, runs);
    expect(list.stdout).toMatch(/^ID +RUN +PHASE +STARTED +ENDED +TOOK/);
    expect(list.stdout).toContain(run.startedAt);
    expect(list.stdout).toContain(run.closedAt);
    const boxes = await holdfast({ args: ['box', 'list', '-o', 'wide'] }, runs);
    expect(boxes.stdout).toMatch(/^NAME +PHASE +ADDRESS +RELEASE +FLOATING IPS +SERVICES\n/);
    expect(boxes.stdout).toContain('identity,image,placement,network,compute');
    const damaged = { ...labFiles, '/state/boxes/cut/spec.json': '{' };
    expect((await holdfast({ args: ['box', 'list', '-o', 'wide'], files: damaged }, runs)).stdout).toContain(
      'record damaged',
    );
  });

  it('is refused beside --json, and with what is no format', async () => {
    const both = await holdfast({ args: ['box', 'list', '--json', '-o', 'yaml'] });
    expect([both.exitCode, both.stdout]).toEqual([2, '']);
    const wrong = await holdfast({ args: ['box', 'list', '-o', 'xml'] });
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain('Allowed choices are text, wide, json, yaml');
  });

  it('is taken by every command that takes --json, and is repeated in advice', async () => {
    const flagsOf = (words: readonly string[]) =>
      commands.find((each) => each.words.join(' ') === words.join(' '))?.options.map(({ flags }) => flags);
    const withJson = commands.filter(({ options }) => options.some(({ flags }) => flags === '--json'));
    expect(withJson.length).toBeGreaterThan(40);
    for (const { words } of withJson) expect(flagsOf(words)).toContain('-o, --format <format>');
    const refused = await holdfast({
      args: ['prune', '-o', 'yaml'],
      machine: [{ type: 'result', data: [{ path: '/cache/image', why: 'no box has it', bytes: 3 }] }],
    });
    expect(refused.stderr).toContain('next: holdfast prune --yes --format yaml');
  });
});
