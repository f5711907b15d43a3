// SPDX-License-Identifier: Apache-2.0
// The secret that lets a browser into the UI: kept in the state directory, handed over by one link. Never logged.
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '../json-file.ts';

const tokenSchema = z.object({ token: z.string().regex(/^[\w-]{43}$/) });

/** Removing the file makes the next `up` choose another token, which ends all sessions. */
function uiTokenPath(stateDirectory: string): string {
  return join(stateDirectory, 'ui-token.json');
}

/** Returns the kept token, or undefined when there is none. */
export async function readUiToken(stateDirectory: string): Promise<string | undefined> {
  return (await readJsonFile(uiTokenPath(stateDirectory), tokenSchema))?.token;
}

/** Returns the kept token, or chooses one: 32 random bytes. @idempotent the first choice stands */
export async function ensureUiToken(stateDirectory: string): Promise<string> {
  const kept = await readUiToken(stateDirectory);
  if (kept !== undefined) return kept;
  const token = randomBytes(32).toString('base64url');
  await writeJsonFile(uiTokenPath(stateDirectory), { token });
  return token;
}

/** Returns what a browser of this user keeps. Cookies go to every port of a host: another user who gets it has no use of it. */
export function sessionOf(token: string, userId: number): string {
  return createHmac('sha256', token).update(`session of user ${userId}`).digest('hex');
}

/** Compares in a time that says nothing of where two texts differ. */
export function isSameSecret(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
