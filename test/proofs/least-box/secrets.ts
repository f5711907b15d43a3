// SPDX-License-Identifier: Apache-2.0
// No secret in a history, in Temporal's database, in logs, in the state outside the store, in argv; and the search finds a leak.
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boxHost } from '../../../activities/hosts/host.ts';
import {
  decodedHistory,
  filesBelow,
  findsIn,
  sentinelsOf,
  type Sentinel,
} from '../../system/secrets/secret-scan.ts';
import { lab, spec } from './stand.ts';

const trace = join(tmpdir(), `holdfast-trace-${process.pid}`);
let sentinels: Sentinel[];

/** A line of strace up to the end of argv. What follows differs: the environment may end with a result or `<unfinished ...>`. */
const argvOf = /^.*?execve\("(?:[^"\\]|\\.)*", \[(?:(?:, )?"(?:[^"\\]|\\.)*")*\]/;

/** Secrets are at home in the store, and the password in the one file that clients read it from. */
const isHome = (path: string): boolean =>
  path.startsWith(join(lab.stateDirectory, 'secrets')) || path.endsWith('/access/clouds.yaml');

export function secretsProofs(): void {
  beforeAll(async () => {
    // Follows every child of the worker through the whole install: all that is ever executed, with argv and environment.
    const { worker } = await lab.processes();
    const tracer = execa(
      'strace',
      [
        '-f',
        '-q',
        '-v',
        '-s',
        '262144',
        '-e',
        'trace=execve',
        '-e',
        'signal=none',
        '-o',
        trace,
        '-p',
        String(worker),
      ],
      { reject: false },
    );
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await lab.install(spec);
    tracer.kill('SIGTERM');
    await tracer;
    await lab.drift(spec.name);
    sentinels = await sentinelsOf(lab.stateDirectory, spec.name);
    // Every system call of the worker stops for the tracer: 700 s on a busy machine.
  }, 1_500_000);
  afterAll(async () => {
    await rm(trace, { force: true });
  });

  test('there are some to look for', () => {
    expect([...new Set(sentinels.map(({ name }) => name))].sort()).toEqual([
      'admin-password',
      'bootstrap-once',
      'certificate-authority',
      'files',
      'identity',
      'keystone/credential-keys',
      'keystone/fernet-keys',
    ]);
    expect(sentinels.length).toBeGreaterThan(10);
  });

  test('none stands in a decoded history', async () => {
    for (const id of [`install-box/${spec.name}`, `drift/${spec.name}`]) {
      const history = await (await lab.client()).workflow.getHandle(id).fetchHistory();
      expect(findsIn(id, decodedHistory(history), sentinels)).toEqual([]);
    }
  });

  test('none stands in the database of Temporal, in a log, or in the state directory outside the store', async () => {
    const files = await filesBelow(lab.stateDirectory, isHome);
    expect(files.some((path) => path.endsWith('temporal.db'))).toBe(true);
    expect(files.some((path) => path.endsWith('worker.log'))).toBe(true);
    const finds = await Promise.all(
      files.map(async (path) => findsIn(path, await readFile(path), sentinels)),
    );
    expect(finds.flat()).toEqual([]);
  });

  test('none stands in the state of jobs, journals and logs inside the box', async () => {
    const text = await boxHost(spec.name).output(
      [
        'sh',
        '-c',
        'find /var/lib/holdfast /var/log /dev/shm /run/holdfast -type f -exec cat {} + 2>/dev/null; :',
      ],
      { timeoutSeconds: 60 },
    );
    expect(findsIn('the box', Buffer.from(text), sentinels)).toEqual([]);
  });

  test('none stands in an argv; one environment holds the value that lives for seconds, and no other', async () => {
    const lines = (await readFile(trace, 'latin1')).split('\n').filter((line) => line.includes('execve('));
    expect(lines.some((line) => line.includes('"keystone-manage", "bootstrap"'))).toBe(true);
    expect(lines.some((line) => line.includes('"initdb"') || line.includes('bin/initdb"'))).toBe(true);
    const argvs = lines.map((line) => argvOf.exec(line)?.[0] ?? line);
    expect(findsIn('an argv', Buffer.from(argvs.join('\n')), sentinels)).toEqual([]);
    const environments = lines.filter((line) => findsIn('', Buffer.from(line), sentinels).length > 0);
    for (const line of environments) {
      expect(findsIn('an environment', Buffer.from(line), sentinels)).toEqual([
        'bootstrap-once in an environment',
      ]);
      expect(line).toMatch(/"keystone-manage", "bootstrap"/);
    }
    expect(environments.length).toBeGreaterThan(0);
  });

  test('the value of seconds opens nothing afterwards', async () => {
    const once = sentinels.find(({ name }) => name === 'bootstrap-once')?.value ?? '';
    const { withCloud } = await import('../../../activities/clients/openstack/cloud.ts');
    const authority = await readFile(
      join(lab.stateDirectory, 'boxes', spec.name, 'access', 'ca.pem'),
      'utf8',
    );
    const login = {
      authUrl: `https://${spec.networks.management.address}:5000/v3`,
      region: spec.region,
      authority,
      domain: 'Default' as const,
      interface: 'public' as const,
    };
    const attempt = withCloud(
      { ...login, username: 'admin', password: once, project: { name: 'admin', domain: 'Default' } },
      (client) => client.issueToken(),
    );
    await expect(attempt).rejects.toThrow(/unauthorized/);
  });

  test('a run that leaks on purpose is found, in every form', async () => {
    const secret = sentinels.find(({ name }) => name === 'admin-password')?.value ?? '';
    const leaks = {
      raw: secret,
      base64: Buffer.from(`user:${secret}@host`).toString('base64'),
      percent: [...Buffer.from(secret)].map((byte) => `%${byte.toString(16)}`).join(''),
      escaped: JSON.stringify(JSON.stringify({ secret })),
    };
    const { workflow } = await lab.client();
    for (const [form, leak] of Object.entries(leaks)) {
      const handle = await workflow.start('InstallBox', {
        workflowId: `leak-${form}`,
        taskQueue: 'holdfast-control',
        args: [{ leak }],
      });
      await handle.result().catch(() => undefined);
      expect(findsIn(form, decodedHistory(await handle.fetchHistory()), sentinels)).toEqual([
        `admin-password in ${form}`,
      ]);
    }
    const database = join(lab.stateDirectory, 'temporal');
    const files = await filesBelow(database, () => false);
    const finds = await Promise.all(
      files.map(async (path) => findsIn('database', await readFile(path), sentinels)),
    );
    expect(finds.flat()).toContain('admin-password in database');
  });
}
