// SPDX-License-Identifier: Apache-2.0
// Other users of this machine against the ports of a state directory, in a network namespace of the test's own.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { execa } from 'execa';
import { ownerTableOf } from '../../workers/embedded/border/owner-rule-state.ts';
import { isSameProcess } from '../../workers/embedded/process-identity.ts';
import { readTemporalPorts } from '../../workers/embedded/temporal/ports.ts';
import { stateDirectoryWithPorts, temporaryDirectory } from './state-directory.ts';
import {
  PROGRAM_TIMEOUT_MILLISECONDS,
  cacheDirectory,
  cleanEnvironment,
  temporalProgram,
} from './temporal/temporal-program.ts';

const namespace = `ports-${process.pid}`;
const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
let state: string;
let uiPort = 0;

/** Tries every port that anybody listens on, again and again, and prints those that let it in; without end. */
const burglar = `
  const { readFileSync } = require('node:fs');
  const { connect } = require('node:net');
  const tried = new Set();
  process.on('SIGTERM', () => { console.log('tried', [...tried].length); process.exit(); });
  setInterval(() => {
    for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\\n')) {
      const [, local, , socket] = line.trim().split(/\\s+/);
      if (socket !== '0A') continue;
      const port = parseInt(local.split(':')[1], 16);
      tried.add(port);
      connect(port, '127.0.0.1').on('connect', () => console.log('in', port)).on('error', () => undefined);
    }
  }, 5);`;

const inside = (words: readonly string[], extra: Record<string, string> = {}) => {
  const [program = '', ...rest] = ['ip', 'netns', 'exec', namespace, ...words];
  const env = {
    ...cleanEnvironment,
    HOLDFAST_STATE: state,
    HOLDFAST_CACHE: cacheDirectory,
    HOME: '/nowhere',
    ...extra,
  };
  return execa(program, rest, { env, extendEnv: false, reject: false });
};
const supervise = (...words: string[]) => inside(['node', 'dist/supervise.js', ...words]);
const outputOf = async (...words: string[]): Promise<string> => (await inside(words)).stdout;

/** Ports of everything that listens in the namespace, in order. */
const listening = async (): Promise<number[]> =>
  [...(await outputOf('ss', '-Hltn')).matchAll(/^LISTEN\s+\d+\s+\d+\s+\S+:(\d+)/gm)].map(([, port]) =>
    Number(port),
  );

const isLetIn = async (port: number, user: readonly string[]): Promise<boolean> =>
  (await inside([...user, 'bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port}`])).exitCode === 0;

async function expectOwnerOnly(): Promise<number> {
  // The UI's own program is for everybody with its token.
  const ports = (await listening()).filter((port) => port !== uiPort);
  const open = async (user: readonly string[]) => Promise.all(ports.map((port) => isLetIn(port, user)));
  expect(await open(nobody)).toEqual(ports.map(() => false));
  expect(await open([])).toEqual(ports.map(() => true));
  return ports.length;
}

const recorded = async (name: string) =>
  JSON.parse(await readFile(`${state}/run/${name}.json`, 'utf8')) as Parameters<typeof isSameProcess>[0];

beforeAll(async () => {
  await temporalProgram();
  state = await stateDirectoryWithPorts();
  uiPort = (await readTemporalPorts(state))?.uiPort ?? 0;
  await execa('ip', ['netns', 'add', namespace]);
  await outputOf('ip', 'link', 'set', 'lo', 'up');
}, PROGRAM_TIMEOUT_MILLISECONDS);
afterAll(async () => {
  await supervise('down');
  await execa('ip', ['netns', 'del', namespace]);
});

test('another user gets into no port at any moment of the start', async () => {
  const thief = inside([...nobody, 'node', '-e', burglar]);
  const up = await supervise('up');
  expect(up.exitCode, up.stdout).toBe(0);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const [pid] = (await outputOf('pgrep', '--euid', '65534', '--full', 'readFileSync')).split('\n');
  process.kill(Number(pid), 'SIGTERM');
  const { stdout } = await thief;
  const [, tried] = /^tried (\d+)$/m.exec(stdout) ?? [];
  expect(stdout.split('\n').filter((line) => line.startsWith('in') && line !== `in ${uiPort}`)).toEqual([]);
  expect(Number(tried)).toBeGreaterThanOrEqual(7);
});

test('another user is refused at every port, also after a foreign flush of the ruleset', async () => {
  // gRPC, HTTP, the UI, four services of the server, and the metrics of the worker.
  expect(await expectOwnerOnly()).toBeGreaterThanOrEqual(7);
  await outputOf('nft', 'flush', 'ruleset');
  expect((await inside(['nft', 'delete', 'table', 'inet', ownerTableOf(state)])).exitCode).toBe(1);
  await expectOwnerOnly();
});

test('doctor says that only this user reaches the ports', async () => {
  const { stdout } = await inside(['node', 'dist/cli.js', 'doctor', '--json']);
  const findings = JSON.parse(stdout) as { what: string; level: string }[];
  expect(findings.filter(({ what }) => what === 'ports of Temporal')).toMatchObject([{ level: 'ok' }]);
});

test.each(['guard', 'nft'])(
  'the server ends with its rule when %s is killed, and up brings both back',
  async (which) => {
    const guard = await recorded('temporal');
    const worker = await recorded('worker');
    // The guard also asks nft for the rule now and then: only the one that reads commands holds it.
    const holder = await outputOf('pgrep', '--parent', String(guard.pid), '--full', '^nft --interactive$');
    expect(holder).toMatch(/^\d+$/);
    process.kill(which === 'nft' ? Number(holder) : guard.pid, 'SIGKILL');
    await expect.poll(() => isSameProcess(guard)).toBe(false);
    const server = async () =>
      (await listening()).includes(
        Number(
          (
            (await recorded('temporal')) as unknown as { settings: { address: string } }
          ).settings.address.split(':')[1],
        ),
      );
    await expect.poll(server).toBe(false);
    const up = await supervise('up');
    expect(up.exitCode, up.stdout).toBe(0);
    expect(await recorded('worker')).toEqual(worker);
    await expectOwnerOnly();
  },
);

test('down() leaves no rule', async () => {
  await supervise('down');
  expect(await outputOf('nft', 'list', 'ruleset')).toBe('');
});

test.each([
  ['a plain user', nobody, /only root can keep other users.*TEMPORAL_ADDRESS/s],
  [
    'root without the right to lay rules',
    ['setpriv', '--bounding-set=-net_admin', '--inh-caps=-net_admin'],
    /nftables does not take the rule/,
  ],
])('up() starts nothing for %s', async (_, user, message) => {
  const own = await temporaryDirectory();
  if (user === nobody) await execa('chown', ['65534', own]);
  const { exitCode, stdout } = await inside([...user, 'node', 'dist/supervise.js', 'up'], {
    HOLDFAST_STATE: own,
  });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(message);
  expect(await listening()).toEqual([]);
});
