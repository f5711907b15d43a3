// SPDX-License-Identifier: Apache-2.0
// A real browser that trusts one authority alone, and what it was refused while it looked.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
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
  ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
];

export async function openBrowser(authorityFile: string): Promise<Browser> {
  const home = await homeTrusting(authorityFile);
  const context = await chromium.launchPersistentContext(join(home, 'profile'), {
    ...{ executablePath: '/usr/bin/chromium', headless: true, chromiumSandbox: false, args: flags },
    // Nobody's proxy: the box is near.
    env: { HOME: home, PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' },
    ...{ locale: 'en-GB', viewport: { width: 1280, height: 900 } },
  });
  const troubles: string[] = [];
  const page = context.pages()[0] ?? (await context.newPage());
  page.on('response', (answer) => {
    if (answer.status() >= 400) troubles.push(`${answer.status()} ${answer.url()}`);
  });
  page.on('requestfailed', (request) => {
    troubles.push(`${request.failure()?.errorText ?? 'failed'} ${request.url()}`);
  });
  page.on('pageerror', (error) => troubles.push(error.message));
  return {
    ...{ page, troubles },
    close: async () => {
      await context.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
