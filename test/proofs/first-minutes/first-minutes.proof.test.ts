// SPDX-License-Identifier: Apache-2.0
// The first minutes of a new user on a Debian 13 that has nothing else. HOLDFAST_WRITE_TRANSCRIPT=1 writes docs/first-minutes.md.
// Proves: workers/package cli workers/machine workflows/operations/install-box
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../system/lab.ts';
import { BareMachine } from './machine.ts';
import { session } from './session.ts';
import { transcriptOf, type Shown } from './transcript.ts';

let machine: BareMachine | undefined;

beforeAll(async () => {
  machine = await BareMachine.create();
}, 1_200_000);
afterAll(async () => {
  // Whatever a failure left behind. What is not there is refused, which is no matter here.
  await machine?.type(
    'holdfast up -q; holdfast box destroy local-box --confirm local-box --no-input -q; holdfast down -q',
  );
  await machine?.remove();
}, 300_000);

test('a new user comes from apt to a box, sees what is wrong and what to do, and gets rid of all of it', async () => {
  const shown: Shown[] = [];
  for (const line of session) {
    const typed = await machine?.type(line.line);
    expect([line.line, typed?.output]).toEqual([line.line, expect.stringMatching(line.says)]);
    expect([line.line, typed?.exitCode]).toEqual([line.line, line.exitCode]);
    if (typed !== undefined) shown.push({ ...line, ...typed, exitCode: line.exitCode });
  }
  const whole = shown.reduce((sum, { seconds }) => sum + seconds, 0);
  console.log(`the session took ${Math.round(whole)} s`);
  if (process.env['HOLDFAST_WRITE_TRANSCRIPT'] === '1')
    await writeFile(join(root, 'docs', 'first-minutes.md'), transcriptOf(shown, whole));
}, 1_800_000);
