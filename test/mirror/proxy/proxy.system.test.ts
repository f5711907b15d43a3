// SPDX-License-Identifier: Apache-2.0
// A real squid in front of a mirror's web server: what the list says is what passes, a bad list never stays, and the log tells who asked.
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
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
import type { AuditArgs } from '../../../workflows/ports/mirror/proxy.ts';
import { ProxyLab } from './proxy-lab.ts';

let lab: ProxyLab;
let places: ProxyPlaces;
let args: AuditArgs;

const asked = (url: string): Promise<number> => lab.asked(url);
const tunnelled = (destination: string): Promise<number> => lab.tunnelled(destination);
const listed = (): Promise<string[]> => lab.listed();

beforeAll(async () => {
  lab = await ProxyLab.create();
  ({ places, args } = lab);
});

afterAll(async () => {
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
      want: 'holdfast mirrors allow lab new.test, or holdfast mirrors refuse lab new.test',
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
