// SPDX-License-Identifier: Apache-2.0
// What a person does at the dashboard: log in, look around, log out. Expects nothing.
import type { Page } from 'playwright-core';

export interface Login {
  readonly domain: string;
  readonly username: string;
  readonly password: string;
}

/** Fills in the form of the page that is shown, and waits for what the dashboard says to it. */
export async function logIn(page: Page, { domain, username, password }: Login): Promise<void> {
  await page.fill('#id_domain', domain);
  await page.fill('#id_username', username);
  await page.fill('#id_password', password);
  await Promise.all([page.waitForEvent('load'), page.click('#loginBtn')]);
}

/** Names that a list of the project shows, once it shows one. */
export async function namesListed(page: Page, list: 'networks' | 'images'): Promise<string[]> {
  await page.goto(new URL(`/project/${list}/`, page.url()).href);
  // One list is made by the server, the other by a program of the page.
  const names = page.locator('table tbody tr td a:visible');
  await names.first().waitFor();
  return (await names.allTextContents()).map((text) => text.trim());
}

/** What noVNC says of a server's screen in the console tab of its page, once it says that it shows it. */
export async function consoleStatus(page: Page, serverId: string): Promise<string> {
  await page.goto(new URL(`/project/instances/${serverId}/?tab=instance_details__console`, page.url()).href);
  const status = page.frameLocator('#console_embed').locator('#status', { hasText: 'Connected' });
  return (await status.textContent()) ?? '';
}

export async function logOut(page: Page): Promise<void> {
  await page.click('.user-menu .dropdown-toggle');
  await Promise.all([page.waitForEvent('load'), page.click('.user-menu a[href="/auth/logout/"]')]);
}

/** Whether the style sheets were loaded and hold something. */
export const isStyled = (page: Page): Promise<boolean> =>
  page.evaluate(
    '[...document.styleSheets].length > 0 && [...document.styleSheets].every((sheet) => sheet.cssRules.length > 0)',
  );
