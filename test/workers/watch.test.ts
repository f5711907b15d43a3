// SPDX-License-Identifier: Apache-2.0
import { createServer, type Server } from 'node:http';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OutageNotices } from '../../workers/embedded/looks/outage-notices.ts';
import { Pulses, silenceSecondsMax, silentParts } from '../../workers/embedded/looks/pulse.ts';
import { lookUntil, type Watched } from '../../workers/embedded/watch.ts';

describe('lookUntil()', () => {
  const said: string[] = [];
  const did: string[] = [];
  let nowSeconds: number;
  const watched: Watched = {
    dead: () => Promise.resolve([]),
    up: () => Promise.resolve(void did.push(`${nowSeconds} up`)),
    silent: () => Promise.resolve([]),
    end: (part) => Promise.resolve(void did.push(`${nowSeconds} end ${part}`)),
    tell: (cause) =>
      Promise.resolve(cause === null ? undefined : void did.push(`${nowSeconds} tell ${cause}`)),
    lookAtSchedules: () => Promise.resolve(),
  };

  beforeEach(() => {
    said.length = 0;
    did.length = 0;
    nowSeconds = 0;
  });

  async function lookFor(seconds: number, with_: Partial<Watched>): Promise<void> {
    const ended = new AbortController();
    await lookUntil(
      ended.signal,
      { ...watched, ...with_ },
      (text) => said.push(text),
      (pauseSeconds) => {
        nowSeconds += pauseSeconds;
        if (nowSeconds >= seconds) ended.abort();
        return Promise.resolve();
      },
    );
  }

  it('tells people of what could not be brought back for five minutes, and not before', async () => {
    await lookFor(400, {
      dead: () => Promise.resolve(['worker']),
      up: () => Promise.reject(new Error('no disk')),
    });
    expect(did[0]).toMatch(/^3\d\d tell no disk$/);
    expect(Number(did[0]?.split(' ')[0])).toBeGreaterThanOrEqual(300);
  });

  it('ends a part that lives and does nothing within a minute, and has it started again', async () => {
    let isHung = true;
    await lookFor(90, {
      silent: () => Promise.resolve(isHung ? ['worker'] : []),
      end: async (part) => {
        isHung = false;
        await watched.end(part);
      },
      dead: () => Promise.resolve(did.length === 1 ? ['worker'] : []),
    });
    expect(did).toEqual(['60 end worker', '65 up']);
  });

  it('goes on when Temporal does not tell of its schedules', async () => {
    await lookFor(200, { lookAtSchedules: () => Promise.reject(new Error('deadline')) });
    expect(said.filter((text) => text.startsWith('deadline'))).toHaveLength(3);
  });
});

describe('silentParts()', () => {
  it('names a worker that lives and no longer polls', () => {
    const pulses = new Pulses();
    expect(silentParts({ temporal: 'a', worker: '1.0' }, pulses, 0)).toEqual([]);
    expect(silentParts({ temporal: 'b', worker: '2.0' }, pulses, 60)).toEqual([]);
    expect(silentParts({ temporal: 'c', worker: '2.0' }, pulses, 60 + silenceSecondsMax - 1)).toEqual([]);
    expect(silentParts({ temporal: 'd', worker: '2.0' }, pulses, 60 + silenceSecondsMax)).toEqual(['worker']);
    expect(silentParts({ temporal: 'e', worker: null }, pulses, 61 + silenceSecondsMax)).toEqual(['worker']);
  });

  it('names a Temporal that does not answer, and says nothing of the worker meanwhile', () => {
    const pulses = new Pulses();
    silentParts({ temporal: 'a', worker: '1.0' }, pulses, 0);
    expect(silentParts({ temporal: null }, pulses, silenceSecondsMax)).toEqual(['temporal']);
    pulses.forget('temporal');
    expect(silentParts({ temporal: 'b', worker: '1.0' }, pulses, silenceSecondsMax + 60)).toEqual([]);
  });
});

describe('OutageNotices', () => {
  let stateDirectory: string;
  let server: Server;
  let webhook: string;
  const got: { subject: { kind: string; name: string }; cause: string; nextCommand: string }[] = [];
  const said: string[] = [];

  beforeEach(async () => {
    got.length = 0;
    said.length = 0;
    stateDirectory = await mkdtemp(join(tmpdir(), 'holdfast-watch-'));
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => (text += String(chunk)));
      request.on('end', () => {
        got.push(JSON.parse(text) as (typeof got)[number]);
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    webhook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
    await rm(stateDirectory, { recursive: true });
  });

  async function record(folder: string, name: string, spec: object): Promise<void> {
    const path = join(stateDirectory, folder, name);
    await mkdir(path, { recursive: true, mode: 0o700 });
    await writeFile(join(path, 'spec.json'), JSON.stringify(spec), { mode: 0o600 });
  }
  const notices = () => new OutageNotices(stateDirectory, (text) => said.push(text), []);

  it('tells everybody once of an outage, and again of the next', async () => {
    await record('boxes', 'lab', { notify: { webhook } });
    await record('boxes', 'quiet', {});
    await record('sites', 'mirror', { notify: { webhook } });
    await record('authorities', 'root', { notify: { webhook: `${webhook}ca` } });
    const told = notices();
    for (let look = 0; look < 3; look += 1) await told.outage('the worker ends at once');
    expect(got.map(({ subject }) => `${subject.kind} ${subject.name}`)).toEqual([
      'box lab',
      'authority root',
    ]);
    expect(got[0]).toMatchObject({ cause: 'the worker ends at once', nextCommand: 'holdfast doctor' });
    told.over();
    await told.outage('again');
    expect(got).toHaveLength(4);
  });

  it('tells once of each turn that was missed, those of the box of a cloud too', async () => {
    await record('boxes', 'lab', { notify: { webhook } });
    const told = notices();
    const canary = {
      id: 'canary/lab-test',
      type: 'Canary',
      createdAt: '2026-01-01T00:00:00.000Z',
      lastAt: '2026-01-02T00:00:00.000Z',
    };
    await told.overdue([canary]);
    await told.overdue([canary]);
    expect(got.map(({ subject, cause }) => [subject, cause])).toEqual([
      [
        { kind: 'cloud', name: 'lab-test' },
        'Scheduled runs of canary/lab-test did not begin: the last began at 2026-01-02T00:00:00.000Z',
      ],
    ]);
    await told.overdue([{ ...canary, lastAt: '2026-01-03T00:00:00.000Z' }]);
    expect(got).toHaveLength(2);
  });

  it('says what kept a notice from going out, and goes on', async () => {
    await record('boxes', 'lab', { notify: { command: ['/nonexistent/program'] } });
    await notices().outage('the worker ends at once');
    expect(said.join('\n')).toMatch(/could not tell those whom box lab names: .*ENOENT/);
  });
});
