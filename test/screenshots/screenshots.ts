// SPDX-License-Identifier: Apache-2.0
// `npm run screenshots [-- FOLDER]`: pictures of every page that holdfast writes, and of Temporal's UI, for people to look at.
// A box with Keystone alone, installed twice with another spec, and a canary that fails; the canaries of two days are made up.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { chromium, type Browser } from 'playwright-core';
import { stringify } from 'yaml';
import { Lab, labSpec, root } from '../system/lab.ts';
import { canaryDays } from './canary-days.ts';

const folder = resolve(process.argv[2] ?? join(root, 'test-results', 'screenshots'));
const box = 'screen-box';
const network = 79;

/** How each page is looked at. The width of the print is that of A4 at 96 dots an inch. */
const looks = [
  { name: 'light', width: 1280, colorScheme: 'light', media: 'screen' },
  { name: 'dark', width: 1280, colorScheme: 'dark', media: 'screen' },
  { name: 'phone', width: 390, colorScheme: 'light', media: 'screen' },
  { name: 'print', width: 794, colorScheme: 'light', media: 'print' },
] as const;

await execa('node', ['workers/build.mjs', '--if-stale'], { cwd: root });
const lab = await Lab.create();
try {
  await mkdir(folder, { recursive: true });
  const pages = await writePages();
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    chromiumSandbox: false,
  });
  try {
    for (const [name, path] of pages) await shootPage(browser, name, path);
    await shootUi(browser);
  } finally {
    await browser.close();
  }
} finally {
  await lab.dispose(box);
}
for (const name of (await readdir(folder)).sort()) console.log(join(folder, name));

async function holdfast(...args: string[]): Promise<string> {
  const { stdout } = await lab.run('cli.js', args, { reject: false });
  return stdout;
}

/** Paths by name, with what they are of. */
async function writePages(): Promise<ReadonlyMap<string, string>> {
  const at = (name: string): string => join(lab.stateDirectory, name);
  const spec = labSpec(box, network);
  await writeFile(at('box.yaml'), stringify(spec));
  await holdfast('box', 'install', at('box.yaml'), '-q');
  const seeds = { projects: [...spec.seeds.projects, { name: 'lab', description: 'Another project' }] };
  await writeFile(at('box.yaml'), stringify({ ...spec, seeds: { ...spec.seeds, ...seeds } }));
  await holdfast('box', 'install', at('box.yaml'), '--yes', '-q');
  await holdfast('schedule', 'apply');
  const auth = { auth_url: 'https://127.0.0.1:1/v3', username: 'ada', password: 'none', project_name: 'lab' };
  await writeFile(at('clouds.yaml'), stringify({ clouds: { 'acme-test': { auth } } }));
  await mkdir(at('canaries'), { recursive: true });
  await writeFile(at('canaries/acme-test.ndjson'), canaryDays('acme-test', Date.now()));
  await holdfast('canary', 'run', 'acme-test', '--clouds', at('clouds.yaml'), '-q');
  await holdfast('page', '--output', at('overview.html'));
  await holdfast('canary', 'report', 'acme-test', '--output', at('canary.html'));
  const [report = ''] = (
    await holdfast('op', 'report', `install-box/${box}`, '--folder', at('reports'))
  ).split('\n');
  return new Map([
    ['overview', at('overview.html')],
    ['report', report],
    ['canary', at('canary.html')],
  ]);
}

async function shootPage(browser: Browser, name: string, path: string): Promise<void> {
  for (const { name: look, width, colorScheme, media } of looks) {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    await page.emulateMedia({ media, colorScheme });
    await page.goto(pathToFileURL(path).href);
    await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: true });
    const overflow = Number(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth'));
    if (overflow > 0) console.log(`${name}-${look}: ${overflow} px wider than its window`);
    await page.close();
  }
}

/** The canary that failed, as Temporal's UI shows it. */
async function shootUi(browser: Browser): Promise<void> {
  const { uiUrl, uiLink } = JSON.parse(await holdfast('up', '--json')) as { uiUrl: string; uiLink: string };
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1100 }, colorScheme });
    await page.goto(uiLink);
    await page.goto(`${uiUrl}/namespaces/default/workflows/${encodeURIComponent('canary/acme-test')}`);
    await page.getByText('Event History').first().waitFor();
    // Its parts are drawn one after another.
    await page.waitForTimeout(3000);
    await page.screenshot({ path: join(folder, `temporal-${colorScheme}.png`) });
    await page.getByText('User Metadata').first().click();
    await page.getByText('Current Details').first().waitFor();
    await page.waitForTimeout(1000);
    await page.screenshot({ path: join(folder, `temporal-details-${colorScheme}.png`) });
    await page.close();
  }
}
