// SPDX-License-Identifier: Apache-2.0
// A real squid in front of a mirror's web server: what the list says is what passes, a bad list never stays, and the log tells who asked.
import { execFile, type ChildProcess } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  allowlistDifferences,
  proxyDifferences,
  setAllowlist,
  type ProxyPlaces,
} from '../../../activities/mirror/proxy/allowlist.ts';
import {
  unknownDestinations,
  unusedHosts,
  usedDestinations,
} from '../../../activities/mirror/proxy/audit.ts';
import { findFreePort } from '../../../workers/embedded/border/listening-process.ts';
import { squidFile } from '../../../workflows/box/mirror/proxy.ts';
import { allowlistFile } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { ProxyArgs } from '../../../workflows/ports/mirror/proxy.ts';
import { cacheDirectory } from '../../system/cache-directory.ts';
import { MirrorLab } from '../mirror-lab.ts';
import installSquid from './install-squid.sh';

let lab: MirrorLab;
let squid: ChildProcess;
let places: ProxyPlaces;
let args: ProxyArgs;

async function curl(what: 'http_code' | 'http_connect', url: string, ...more: string[]): Promise<number> {
  const words = ['--silent', '--output', '/dev/null', '--max-time', '10', '--noproxy', ''];
  const proxy = ['--proxy', `http://127.0.0.1:${args.port}`, '--write-out', `%{${what}}`];
  const { stdout } = await execa('curl', [...words, ...proxy, ...more, url], { reject: false });
  return Number(stdout);
}

/** Status that the proxy answers with; 0: it answers nothing. */
const asked = (url: string): Promise<number> => curl('http_code', url);

/** Status of the answer to CONNECT. */
const tunnelled = (destination: string): Promise<number> =>
  curl('http_connect', `http://${destination}/`, '--proxytunnel');

const listed = async (): Promise<string[]> => (await readFile(places.list, 'utf8')).trim().split('\n');

beforeAll(async () => {
  const directory = join(cacheDirectory(), 'squid');
  await mkdir(directory, { recursive: true });
  await execa('flock', [`${directory}.lock`, 'sh', '-c', installSquid, 'squid', directory]);
  lab = await MirrorLab.create('lab', [join(directory, 'bin')]);
  const { data, webPort } = lab.site;
  const folder = join(data, 'squid');
  await mkdir(folder, { mode: 0o755 });
  places = { configuration: join(folder, 'squid.conf'), list: join(folder, 'allowed.txt') };
  const port = await findFreePort(0);
  args = { box: 'lab', port, allow: ['127.0.0.1', 'pypi.test'], probe: `http://127.0.0.1:${webPort}/health` };
  const share = join(directory, 'root/usr/share/squid');
  const own = [
    `error_directory ${share}/errors/templates`,
    `unlinkd_program ${join(directory, 'root/usr/lib/squid/unlinkd')}`,
    `icon_directory ${share}/icons`,
    `mime_table ${share}/mime.conf`,
    'pinger_enable off',
    // No name server is asked: nothing listens at port 80 of these.
    'dns_nameservers 127.0.0.1',
    `hosts_file ${join(folder, 'hosts')}`,
    '',
  ];
  await writeFile(join(folder, 'hosts'), '127.0.0.1 pypi.test new.test\n');
  const text = squidFile(port, data)
    .content.replace(allowlistFile, places.list)
    .replace('/run/squid.pid', join(folder, 'squid.pid'))
    // The web server of a box listens on one of these.
    .replace('acl safe_ports port 80 443', `acl safe_ports port 80 443 ${webPort}`);
  await writeFile(places.configuration, `${text}${own.join('\n')}`);
  await setAllowlist(lab.site, args, places);
  squid = execFile(join(directory, 'bin/squid'), ['-N', '-f', places.configuration]);
});

afterAll(async () => {
  squid?.kill('SIGKILL');
  await lab?.remove();
});

describe('the proxy of a mirror', () => {
  it('reads its list at its start, and passes the probe', async () => {
    expect(await allowlistDifferences(lab.site, args, places)).toEqual([]);
    expect(await proxyDifferences(lab.site, args)).toEqual([]);
  });

  it('lets through what is allowed, and nothing else: no other host, no other port, no tunnel', async () => {
    expect(await asked(args.probe)).toBe(200);
    expect(await asked('http://unknown.test/')).toBe(403);
    expect(await asked('http://192.0.2.1/')).toBe(403);
    expect(await asked('http://pypi.test:8080/')).toBe(403);
    expect(await tunnelled('unknown.test:443')).toBe(403);
    expect(await tunnelled('127.0.0.1:22')).toBe(403);
  });

  it('tells within 5 s who asked for an unknown destination, and by which command it is allowed', async () => {
    const began = performance.now();
    expect(await asked('http://new.test/')).toBe(403);
    const find = async () =>
      (await unknownDestinations(lab.site, args)).find(({ what }) => what === 'new.test:80');
    let found = await find();
    while (found === undefined && performance.now() - began < 5000) {
      await sleep(50);
      found = await find();
    }
    const seconds = (performance.now() - began) / 1000;
    console.info(`an unknown destination was told ${seconds.toFixed(2)} s after it was asked for`);
    expect(seconds).toBeLessThan(5);
    expect(found).toMatchObject({
      have: expect.stringMatching(/^refused, 1 times by 127\.0\.0\.1, last 2/) as string,
      want: 'holdfast mirrors allow lab new.test, or asked no more',
    });
    const unknown = (await unknownDestinations(lab.site, args)).map(({ what }) => what);
    expect(unknown).toContain('unknown.test:443');
    expect(unknown).toContain('pypi.test:8080');
    const used = (await usedDestinations(lab.site, args)).map(({ what }) => what);
    expect(used).toEqual([]);
    // Let through, to where nobody answers.
    expect(await asked('http://pypi.test/')).toBe(503);
    expect((await usedDestinations(lab.site, args)).map(({ what }) => what)).toEqual(['pypi.test:80']);
    // The port of the web server here is none of those that are let through of a box.
    expect((await unusedHosts(lab.site, args)).map(({ what }) => what)).toEqual(['127.0.0.1']);
  });

  it('lets one host more through without a restart', async () => {
    const more = { ...args, allow: [...args.allow, 'new.test'] };
    expect(await allowlistDifferences(lab.site, more, places)).toMatchObject([{ what: 'host new.test' }]);
    await setAllowlist(lab.site, more, places);
    expect(await listed()).toContain('new.test');
    // Nobody answers there: it is not the list that refuses it.
    expect(await asked('http://new.test/')).toBe(503);
    expect(await asked('http://unknown.test/')).toBe(403);
  });

  it('has its former list back when the probe fails, and goes on', async () => {
    const before = await listed();
    const without = { ...args, allow: ['pypi.test'] };
    await expect(setAllowlist(lab.site, without, places)).rejects.toMatchObject({
      code: 'Rejected',
      facts: { cause: expect.stringMatching(/^the former list is back: .* answers 403/) as string },
    });
    expect(await listed()).toEqual(before);
    expect(await proxyDifferences(lab.site, args)).toEqual([]);
  });

  it('takes no empty list, and none that squid does not parse', async () => {
    const before = await listed();
    await expect(setAllowlist(lab.site, { ...args, allow: [] }, places)).rejects.toMatchObject({
      facts: { exitCode: 64 },
    });
    // As a person may leave it: squid reads no list of a file that it cannot parse.
    const text = await readFile(places.configuration, 'utf8');
    await writeFile(places.configuration, `${text}no_such_directive on\n`);
    const more = { ...args, allow: [...args.allow, 'more.test'] };
    await expect(setAllowlist(lab.site, more, places)).rejects.toMatchObject({
      facts: { cause: expect.stringMatching(/^squid does not take the list/) as string },
    });
    await writeFile(places.configuration, text);
    expect(await listed()).toEqual(before);
    expect(await proxyDifferences(lab.site, args)).toEqual([]);
  });
});
