// SPDX-License-Identifier: Apache-2.0
// A real browser that trusts one authority alone, on a machine of its own as far as the network goes, and what it was refused.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { chromium, type Page } from 'playwright-core';

export interface Browser {
  readonly page: Page;
  /** Requests that failed or were answered by 400 and above, and errors of scripts. */
  readonly troubles: readonly string[];
  close(): Promise<void>;
}

/** It reads what it trusts in its home, as every Chromium of Linux does. */
async function homeTrusting(authorityFile: string): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'holdfast-browser-'));
  const database = join(home, '.pki', 'nssdb');
  await mkdir(database, { recursive: true });
  const certutil = (...args: string[]) => execa('certutil', ['-d', `sql:${database}`, ...args]);
  await certutil('-N', '--empty-password');
  await certutil('-A', '-n', 'authority', '-t', 'C,,', '-i', authorityFile);
  return home;
}

const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const network = 'holdfast-test-browser';
const [ours, its] = ['10.78.51.1', '10.78.51.2'];
const ip = (...args: string[]) => execa('ip', args);
const there = (...args: string[]) => ip('netns', 'exec', network, ...args);

/**
 * Chromium gives up what it loads whenever an address or a link of its machine comes or goes (ERR_NETWORK_CHANGED), and
 * other tests boot boxes meanwhile. It reaches boxes through this machine, which hands on what comes from there.
 */
async function joinNetwork(): Promise<void> {
  await ip('netns', 'add', network);
  await there('sysctl', '-q', 'net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1');
  await ip('link', 'add', 'hf-browser', 'type', 'veth', 'peer', 'name', 'lan0', 'netns', network);
  await ip('addr', 'add', `${ours}/24`, 'dev', 'hf-browser');
  await ip('link', 'set', 'hf-browser', 'up');
  await ip('-n', network, 'link', 'set', 'lo', 'up');
  await ip('-n', network, 'addr', 'add', `${its}/24`, 'dev', 'lan0');
  await ip('-n', network, 'link', 'set', 'lan0', 'up');
  await ip('-n', network, 'route', 'add', 'default', 'via', ours);
}

/** The namespace goes with its links. */
const leaveNetwork = () => ip('netns', 'del', network);

/** Playwright starts one program, without arguments of ours before its own. */
async function launcherIn(home: string): Promise<string> {
  const path = join(home, 'chromium');
  await writeFile(path, `#!/bin/sh\nexec ip netns exec ${network} /usr/bin/chromium "$@"\n`, { mode: 0o755 });
  return path;
}

export async function openBrowser(authorityFile: string): Promise<Browser> {
  const home = await homeTrusting(authorityFile);
  await joinNetwork();
  const context = await chromium.launchPersistentContext(join(home, 'profile'), {
    executablePath: await launcherIn(home),
    headless: true,
    chromiumSandbox: false,
    args: flags,
    // Nobody's proxy: the box is near.
    env: { HOME: home, PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' },
    locale: 'en-GB',
    viewport: { width: 1280, height: 900 },
  });
  // Of two cores that other boxes have as well: the first login asks every service something for the first time.
  context.setDefaultTimeout(180_000);
  const troubles: string[] = [];
  const page = context.pages()[0] ?? (await context.newPage());
  page.on('response', (answer) => {
    if (answer.status() >= 400) troubles.push(`${answer.status()} ${answer.url()}`);
  });
  page.on('requestfailed', (request) => {
    const text = request.failure()?.errorText ?? 'failed';
    // What a page asks for in the background ends when it is left.
    if (text !== 'net::ERR_ABORTED') troubles.push(`${text} ${request.url()}`);
  });
  page.on('pageerror', (error) => troubles.push(error.message));
  return {
    page,
    troubles,
    close: async () => {
      await context.close();
      await leaveNetwork();
      await rm(home, { recursive: true, force: true });
    },
  };
}
