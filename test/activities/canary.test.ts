// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { describe, expect, it } from 'vitest';
import { hostKeysIn, tailOf } from '../../activities/canary/console.ts';
import { PhaseClock, runPrefix } from '../../activities/canary/context.ts';
import { trim } from '../../activities/canary/samples.ts';
import { isSwept } from '../../activities/canary/sweep.ts';
import { findCloud } from '../../activities/clients/openstack/clouds-files.ts';
import { newGuestKey } from '../../activities/clients/guest/guest-shell.ts';
import { receive, send } from '../../activities/clients/machine/outside-probes.ts';

const now = Date.parse('2026-01-05T12:00:00.000Z');
const minutes = (count: number): number => now + count * 60_000;

describe('trim()', () => {
  it('lets the older half go of a file that is too large, and leaves any other alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-samples-'));
    const path = join(folder, 'lab-test.ndjson');
    await trim(path, 0);
    await writeFile(path, '1\n2\n3\n4\n5\n');
    await trim(path, 10);
    expect(await readFile(path, 'utf8')).toBe('1\n2\n3\n4\n5\n');
    await trim(path, 9);
    expect(await readFile(path, 'utf8')).toBe('4\n5\n');
    expect(await readdir(folder)).toEqual(['lab-test.ndjson']);
    await rm(folder, { recursive: true });
  });
});

describe('isSwept()', () => {
  it('takes its own run and what is over an hour old, and leaves runs beside it and other names', () => {
    const mine = runPrefix('00aa', now);
    const other = runPrefix('00bb', now);
    expect(isSwept(`${mine}server`, '00aa', minutes(1))).toBe(true);
    expect(isSwept(`${other}server`, '00aa', minutes(59))).toBe(false);
    expect(isSwept(`${other}server`, '00aa', minutes(61))).toBe(true);
    expect(isSwept('holdfast-canary', '00aa', now)).toBe(true);
    expect(isSwept('my-holdfast-canary-00aa-x-server', '00aa', now)).toBe(false);
    expect(isSwept('holdfast-canary-of-somebody', '00aa', minutes(999))).toBe(false);
  });
});

describe('a console', () => {
  it('shows the host keys of its last boot', () => {
    const boot = (key: string) =>
      `-----BEGIN SSH HOST KEY KEYS-----\r\nssh-ed25519 ${key} root@guest\r\n-----END SSH HOST KEY KEYS-----\r\n`;
    expect(hostKeysIn(`${boot('one')}noise\n${boot('two')}`)).toEqual(['two']);
    expect(hostKeysIn('-----BEGIN SSH HOST KEY KEYS-----\nssh-ed25519 half')).toEqual([]);
  });

  it('gives its last 50 lines without colours and without secrets', () => {
    const lines = Array.from({ length: 80 }, (_, index) => `\u001b[31mline ${index}\u001b[0m`);
    const tail = tailOf([...lines, 'password=hunter2'].join('\r\n'));
    expect(tail.split('\n')).toHaveLength(50);
    expect(tail).toMatch(/line 79\npassword=\[redacted\]$/);
    expect(tail).not.toContain('hunter2');
    expect(Buffer.byteLength(tailOf('ä'.repeat(9000)))).toBeLessThanOrEqual(4096);
  });
});

describe('PhaseClock', () => {
  it('keeps the time of a phase that failed, and the reason of one that was skipped', async () => {
    const told: string[] = [];
    const clock = new PhaseClock(3, (text) => told.push(text));
    await clock.time('tidy', async () => undefined);
    await clock.time('volume', async () => ({ skipped: 'none here' }));
    await expect(clock.time('ssh', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(clock.phases.map(({ phase, outcome, note }) => [phase, outcome, note])).toEqual([
      ['tidy', 'good', undefined],
      ['volume', 'skipped', 'none here'],
      ['ssh', 'failed', undefined],
    ]);
    expect(told).toEqual(['tidy (1 of 3)', 'volume (2 of 3)', 'ssh (3 of 3)']);
  });
});

describe('newGuestKey()', () => {
  it('makes an ed25519 pair that the library reads back', () => {
    const { publicKey, privateKey } = newGuestKey('canary');
    expect(publicKey).toMatch(/^ssh-ed25519 \S+ canary$/);
    const parsed = ssh2.utils.parseKey(privateKey);
    expect(parsed instanceof Error ? parsed.message : parsed.type).toBe('ssh-ed25519');
    expect(generateKeyPairSync('ed25519').privateKey.asymmetricKeyType).toBe('ed25519');
  });
});

describe('receive() and send()', () => {
  it('count what moved, and how long it took', async () => {
    const bytes = 300_000;
    let got = 0;
    const server = createServer((socket) => {
      socket.on('data', (chunk) => (got += chunk.length));
      socket.on('end', () => socket.end());
    });
    const source = createServer((socket) => socket.end(Buffer.alloc(bytes)));
    for (const each of [server, source]) await new Promise<void>((open) => each.listen(0, '127.0.0.1', open));
    const portOf = (each: typeof server): number => (each.address() as AddressInfo).port;
    const moved = await receive('127.0.0.1', portOf(source), 10);
    expect(moved.bytes).toBe(bytes);
    expect(moved.seconds).toBeGreaterThan(0);
    const elapsed = await send('127.0.0.1', portOf(server), bytes, 10);
    await expect.poll(() => got).toBe(bytes);
    expect(elapsed()).toBeGreaterThan(0);
    for (const each of [server, source]) each.close();
  });
});

describe('findCloud()', () => {
  it.each<[string, object]>([
    ['auth.project_id', { auth: { project_id: '1' } }],
    ['auth.user_domain_id', { auth: { user_domain_id: 'x' } }],
    ['verify: false', { verify: false }],
    ['auth_type v3oidcpassword', { auth_type: 'v3oidcpassword' }],
    ['compute_endpoint_override', { compute_endpoint_override: 'https://k:8774' }],
  ])('refuses %s, and leaves nothing out in silence', async (what, extra) => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-clouds-'));
    const whole = { auth_url: 'https://k/v3', username: 'u', password: 'p', project_name: 'q' };
    const { auth, ...others } = extra as { auth?: object };
    const entry = { auth: { ...whole, ...auth }, ...others };
    const path = join(folder, 'clouds.yml');
    await writeFile(path, JSON.stringify({ clouds: { acme: entry, plain: { auth: whole } } }));
    await expect(findCloud(folder, 'acme', path)).rejects.toMatchObject({ facts: { cause: what } });
    expect(await findCloud(folder, 'plain', path)).toMatchObject({ username: 'u' });
    await rm(folder, { recursive: true });
  });

  it('prefers a box, joins secure.yaml, and takes an application credential', async () => {
    const state = await mkdtemp(join(tmpdir(), 'holdfast-clouds-'));
    const access = join(state, 'boxes/lab/access');
    await mkdir(access, { recursive: true });
    const open = { auth_url: 'https://10.0.0.1:5000', username: 'test', project_name: 'test' };
    await writeFile(join(access, 'clouds.yaml'), JSON.stringify({ clouds: { 'lab-test': { auth: open } } }));
    const secure = { clouds: { 'lab-test': { auth: { password: 'p' } } } };
    await writeFile(join(access, 'secure.yaml'), JSON.stringify(secure));
    expect(await findCloud(state, 'lab-test')).toMatchObject({
      authUrl: 'https://10.0.0.1:5000/v3',
      username: 'test',
      password: 'p',
      region: null,
    });
    const named = join(state, 'clouds.yaml');
    const auth = {
      auth_url: 'https://k/v3',
      application_credential_id: 'i',
      application_credential_secret: 's',
    };
    await writeFile(
      named,
      JSON.stringify({
        clouds: { acme: { auth, region_name: 'R' }, half: { auth: { auth_url: 'https://k' } } },
      }),
    );
    expect(await findCloud(state, 'acme', named)).toMatchObject({
      applicationCredential: { id: 'i', secret: 's' },
    });
    await expect(findCloud(state, 'half', named)).rejects.toThrow('lacks a part');
    await expect(findCloud(state, 'none', named)).rejects.toThrow('No clouds.yaml names the cloud none');
    await rm(state, { recursive: true });
  });
});
