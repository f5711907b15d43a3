// SPDX-License-Identifier: Apache-2.0
// Durable commands on this machine, by real shells and real processes: start, attach, set aside, stop, fence, lock, journal.
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DurableCommands, type FencingToken } from '../../../activities/hosts/durable-command.ts';
import type { Failure } from '../../../activities/clients/failure.ts';
import { startTimeOf } from '../../../activities/hosts/process-start.ts';
import { thisMachine, type Transport } from '../../../activities/hosts/transport.ts';

let base: string;
let commands: DurableCommands;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'holdfast-jobs-'));
  await mkdir(join(base, 'lease'));
  await writeFile(join(base, 'lease', 'epoch'), '0\n');
  commands = new DurableCommands(thisMachine, base, join(base, 'lease'));
});
afterEach(async () => {
  for (const key of await commands.live()) await commands.stop(key, 1);
  await rm(base, { recursive: true, force: true });
});

const fencingToken = (over: Partial<FencingToken> = {}): FencingToken => ({
  step: 'step',
  epoch: 1,
  occurrence: 1,
  attempt: 1,
  ...over,
});
const sh = (script: string, exclusive: string[] = []) => ({ argv: ['sh', '-c', script], exclusive });
/** A zombie is not alive. */
const isAlive = async (pid: number | null): Promise<boolean> => (await startTimeOf(pid ?? 0)) !== null;

async function finished(key: string) {
  for (;;) {
    const report = await commands.wait(key, 5);
    if (report.state !== 'running') return report;
  }
}

describe('DurableCommands', () => {
  test('start() runs a command to its end, with exit code and tails of both streams', async () => {
    await commands.start('k', fencingToken(), sh('echo out; echo err >&2; exit 7'));
    expect(await finished('k')).toMatchObject({
      state: 'finished',
      exitCode: 7,
      stdoutTail: 'out\n',
      stderrTail: 'err\n',
    });
  });

  test('start() quotes words so that no shell reads them again', async () => {
    const word = `it's "$HOME" \`id\` \\ ; *\nline`;
    await commands.start('k', fencingToken(), { argv: ['printf', '%s', word], exclusive: [] });
    expect((await finished('k')).stdoutTail).toBe(word);
  });

  test('start() attaches when the command of its key runs already', async () => {
    const first = await commands.start('k', fencingToken(), sh('sleep 60'));
    const second = await commands.start('k', fencingToken({ attempt: 2 }), sh('sleep 60'));
    expect([first.how, second.how]).toEqual(['started', 'attached']);
    expect(second.pid).toBe(first.pid);
  });

  test('start() takes the result of a finished command on a second attempt, and runs it once', async () => {
    const mark = join(base, 'mark');
    await commands.start('k', fencingToken(), sh(`echo x >> ${mark}; exit 3`));
    await finished('k');
    const again = await commands.start('k', fencingToken({ attempt: 2 }), sh(`echo x >> ${mark}; exit 3`));
    expect(again).toMatchObject({ how: 'attached', state: 'finished', exitCode: 3 });
    expect(await readFile(mark, 'utf8')).toBe('x\n');
  });

  test('overtake() refuses what the step would start next, and leaves what runs', async () => {
    await commands.start('k', fencingToken(), sh('sleep 1; exit 5'));
    await commands.overtake(fencingToken({ attempt: 1_000_000 }));
    await expect(commands.start('next', fencingToken(), sh('true'))).rejects.toMatchObject({
      code: 'Conflict',
    });
    expect(await finished('k')).toMatchObject({ exitCode: 5 });
    await commands.start('later', fencingToken({ epoch: 2 }), sh('true'));
    expect(await finished('later')).toMatchObject({ exitCode: 0 });
  });

  test('start() sets a finished job aside and runs again on a first attempt: the run was reset', async () => {
    await commands.start('k', fencingToken(), sh('exit 3'));
    await finished('k');
    await commands.start('k', fencingToken(), sh('exit 0'));
    expect(await finished('k')).toMatchObject({ exitCode: 0 });
    expect((await readdir(join(base, 'jobs'))).filter((name) => name.startsWith('k.aside.'))).toHaveLength(1);
  });

  test('two starts at once begin one command', async () => {
    const mark = join(base, 'mark');
    // It lives until all four have started: one that comes after its end would run it anew.
    const script = sh(`echo x >> ${mark}; while [ ! -e ${mark}.end ]; do sleep 0.1; done`);
    const reports = await Promise.all([1, 2, 3, 4].map(() => commands.start('k', fencingToken(), script)));
    expect(reports.filter((report) => report.how === 'started')).toHaveLength(1);
    await writeFile(`${mark}.end`, '');
    await finished('k');
    expect(await readFile(mark, 'utf8')).toBe('x\n');
  });

  test('a command outlives the process that started it', async () => {
    const report = await commands.start('k', fencingToken(), sh('sleep 5'));
    const status = await readFile(`/proc/${report.pid}/stat`, 'utf8');
    const [, , , , session] = status.slice(status.lastIndexOf(')')).split(' ');
    expect(Number(session)).toBe(report.pid);
  });

  test('a command killed from outside with its wrapper is lost, not finished', async () => {
    const { pid } = await commands.start('k', fencingToken(), sh('sleep 30'));
    process.kill(-(pid ?? 0), 'SIGKILL');
    expect((await finished('k')).state).toBe('lost');
  });

  test('a command that a signal ended reports 128 and the signal', async () => {
    await commands.start('k', fencingToken(), sh('kill -9 $$'));
    expect(await finished('k')).toMatchObject({ state: 'finished', exitCode: 137 });
  });

  test('a job of another boot is lost', async () => {
    await commands.start('k', fencingToken(), sh('sleep 30'));
    const path = join(base, 'jobs', 'k', 'pid');
    const [pid, began] = (await readFile(path, 'utf8')).split(' ');
    await writeFile(path, `${pid} ${began} 00000000-0000-0000-0000-000000000000\n`);
    expect((await commands.wait('k', 0)).state).toBe('lost');
    process.kill(-Number(pid), 'SIGKILL');
  });

  test('a recorded pid that belongs to another process by now is lost', async () => {
    await commands.start('k', fencingToken(), sh('sleep 30'));
    const path = join(base, 'jobs', 'k', 'pid');
    const [pid, , boot] = (await readFile(path, 'utf8')).trim().split(' ');
    await writeFile(path, `${pid} 1 ${boot}\n`);
    expect((await commands.wait('k', 0)).state).toBe('lost');
    process.kill(-Number(pid), 'SIGKILL');
  });

  test('stop() ends the whole group, also what ignores SIGTERM, and is idempotent', async () => {
    const { pid } = await commands.start(
      'k',
      fencingToken(),
      sh(`trap '' TERM; (trap '' TERM; sleep 60 & echo $! > ${base}/child; wait) & wait`),
    );
    const written = () => readFile(join(base, 'child'), 'utf8').catch(() => '');
    await expect.poll(written, { timeout: 20_000 }).toMatch(/^\d+\n$/);
    const child = Number(await written());
    expect(await commands.stop('k', 1)).toMatchObject({ state: 'finished' });
    expect(await Promise.all([isAlive(pid), isAlive(child)])).toEqual([false, false]);
    expect(await commands.stop('k', 1)).toMatchObject({ state: 'finished' });
  });

  test('live() names running jobs of a step, whatever run began them', async () => {
    await commands.start('nonce1.step.1', fencingToken(), sh('sleep 30'));
    await commands.start('nonce2.other.1', fencingToken({ step: 'other' }), sh('sleep 30'));
    await commands.start('done', fencingToken({ step: 'ended' }), sh('true'));
    await finished('done');
    expect(await commands.live('step')).toEqual(['nonce1.step.1']);
    expect(await commands.live()).toEqual(['nonce1.step.1', 'nonce2.other.1']);
  });

  test('start() refuses whoever was overtaken, for the same step only', async () => {
    await commands.start('a', fencingToken({ epoch: 5, occurrence: 2, attempt: 3 }), sh('true'));
    const older = [
      { epoch: 4, occurrence: 9 },
      { epoch: 5, occurrence: 1, attempt: 9 },
      { epoch: 5, occurrence: 2, attempt: 2 },
    ];
    for (const over of older) {
      await expect(commands.start('b', fencingToken(over), sh('true'))).rejects.toMatchObject({
        code: 'Conflict',
      });
    }
    await commands.start('c', fencingToken({ step: 'another', epoch: 4 }), sh('true'));
    await commands.start('d', fencingToken({ epoch: 5, occurrence: 2, attempt: 3 }), sh('true'));
  });

  test('start() refuses an epoch below that of the lease', async () => {
    await writeFile(join(base, 'lease', 'epoch'), '7\n');
    await expect(commands.start('a', fencingToken({ epoch: 6 }), sh('true'))).rejects.toMatchObject({
      code: 'Conflict',
    });
    await commands.start('b', fencingToken({ epoch: 7 }), sh('true'));
  });

  test('two commands of one exclusive name run one after the other, and the journal says so', async () => {
    await commands.start('a', fencingToken({ step: 'a' }), sh('sleep 0.5', ['db:one']));
    await commands.start('b', fencingToken({ step: 'b' }), sh('sleep 0.1', ['db:one', 'other']));
    await Promise.all([finished('a'), finished('b')]);
    const lines = (await readFile(join(base, 'journal'), 'utf8'))
      .split('\n')
      .filter((line) => line.includes('db:one'));
    expect(lines.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      'begin db:one a',
      'end db:one a',
      'begin db:one b',
      'end db:one b',
    ]);
  });

  test('a lock is held as long as anything that the command left behind lives', async () => {
    const mark = join(base, 'mark');
    const left = `(while [ ! -e ${mark} ]; do sleep 0.1; done; echo left >> ${mark}) & exit 0`;
    await commands.start('a', fencingToken({ step: 'a' }), sh(left, ['lock']));
    await finished('a');
    await commands.start('b', fencingToken({ step: 'b' }), sh(`echo next >> ${mark}`, ['lock']));
    expect((await commands.wait('b', 1)).state).toBe('running');
    await writeFile(mark, '');
    await finished('b');
    expect(await readFile(mark, 'utf8')).toBe('left\nnext\n');
  });

  test('a secret reaches the command, and is gone from the tmpfs before the command begins', async () => {
    const secretEnvironment = { SECRET: `it's $ecret` };
    await commands.start('secret-job', fencingToken(), {
      ...sh('ls -A /run/holdfast /dev/shm/holdfast 2>/dev/null; printf %s "$SECRET" | sha256sum'),
      secretEnvironment,
    });
    const { stdoutTail } = await finished('secret-job');
    const { createHash } = await import('node:crypto');
    expect(stdoutTail).not.toContain('secret-job');
    expect(stdoutTail).toContain(createHash('sha256').update(secretEnvironment.SECRET).digest('hex'));
    const files = await readdir(join(base, 'jobs', 'secret-job'));
    for (const file of files)
      expect(await readFile(join(base, 'jobs', 'secret-job', file), 'utf8')).not.toContain('$ecret');
  });

  test.each([
    ['a folder of another user', 'mkdir -m 700 /run/holdfast; chown 65534 /run/holdfast'],
    ['a folder that others may enter', 'mkdir -m 711 /run/holdfast'],
    ['a link', 'mkdir -m 700 /run/elsewhere; ln -s elsewhere /run/holdfast'],
    ['a file', ': > /run/holdfast'],
  ])('a secret is not handed over by way of %s that was there first', async (_, before) => {
    const script = `mount -t tmpfs none /run; ${before}; "$@"; code=$?; ls -AR /run >&2; exit $code`;
    const squatted: Transport = {
      name: 'this machine',
      run: (argv, options) =>
        thisMachine.run(['unshare', '--mount', 'sh', '-c', script, 'sh', ...argv], options),
    };
    const there = new DurableCommands(squatted, base, join(base, 'lease'));
    const command = { ...sh('true'), secretEnvironment: { SECRET: 'x' } };
    const refused = there.start('squatted', fencingToken(), command);
    const cause = await refused.then(
      () => 'handed over',
      (error: Failure) => String(error.facts.cause),
    );
    expect(cause).toContain('/run/holdfast is no place for a secret');
    // What lies there afterwards, as the script listed it.
    expect(cause).not.toContain('squatted');
  });

  test('the state of a job is for root alone', async () => {
    await commands.start('k', fencingToken(), sh('true'));
    await finished('k');
    expect(((await stat(join(base, 'jobs', 'k'))).mode & 0o777).toString(8)).toBe('700');
    expect(((await stat(join(base, 'jobs', 'k', 'command'))).mode & 0o077).toString(8)).toBe('0');
  });

  test('tails are redacted and at most 4 KiB', async () => {
    await commands.start(
      'k',
      fencingToken(),
      sh('head -c 20000 /dev/zero | tr "\\0" x; echo; echo postgresql://nova:hunter2@db/nova'),
    );
    const { stdoutTail } = await finished('k');
    expect(stdoutTail.length).toBeLessThanOrEqual(4096);
    expect(stdoutTail).toContain('postgresql://nova:[redacted]@db/nova');
  });
});
