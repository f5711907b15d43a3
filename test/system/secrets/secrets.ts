// SPDX-License-Identifier: Apache-2.0
// No secret of a box in a history, in Temporal's database, in a log, in the state outside the store, or in the box's jobs and logs.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { boxHost } from '../../../activities/hosts/host.ts';
import { decodedHistory, filesBelow, findsIn, sentinelsOf, type Sentinel } from './secret-scan.ts';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import type { Stand } from '../keys/rotate-keys.ts';
import type { Lab } from '../lab.ts';

/** Of the box that is searched; known once the tests begin. */
let lab: Lab;
let spec: BoxSpec;
let sentinels: Sentinel[];

/** Secrets are at home in the store, and passwords in the one file that clients read them from. */
const isHome = (path: string): boolean =>
  path.startsWith(join(lab.stateDirectory, 'secrets')) || path.endsWith('/access/clouds.yaml');

const places = 'find /var/lib/holdfast /var/log /dev/shm /run/holdfast -type f -exec cat {} + 2>/dev/null; :';

/** To be called behind all other tests of the box. */
export function secretsTests(stand: Stand): void {
  beforeAll(async () => {
    ({ lab, spec } = stand());
    sentinels = await sentinelsOf(lab.stateDirectory, spec.name);
  });

  test('no history holds one, nor the state outside the store', async () => {
    expect(sentinels.length).toBeGreaterThan(20);
    const { workflow } = await lab.client();
    let histories = 0;
    for await (const { workflowId, runId } of workflow.list()) {
      const history = await workflow.getHandle(workflowId, runId).fetchHistory();
      expect(findsIn(workflowId, decodedHistory(history), sentinels)).toEqual([]);
      histories += 1;
    }
    // The plan and the install, and what was done to the box since.
    expect(histories).toBeGreaterThan(6);
    const files = await filesBelow(lab.stateDirectory, isHome);
    expect(files.some((path) => path.endsWith('temporal.db'))).toBe(true);
    const finds = files.map(async (path) => findsIn(path, await readFile(path), sentinels));
    expect((await Promise.all(finds)).flat()).toEqual([]);
  });

  test('no job, journal or log of the box holds one', async () => {
    const text = await boxHost(spec.name).output(['sh', '-c', places], { timeoutSeconds: 60 });
    expect(findsIn('the box', Buffer.from(text), sentinels)).toEqual([]);
  });

  test('a run that leaks on purpose is found', async () => {
    const secret = sentinels.find(({ name }) => name === 'admin-password')?.value ?? '';
    const leak = Buffer.from(`user:${secret}@host`).toString('base64');
    const { workflow } = await lab.client();
    const start = { workflowId: 'leak', taskQueue: 'holdfast-control', args: [{ leak }] };
    const handle = await workflow.start('InstallBox', start);
    await handle.result().catch(() => undefined);
    const found = findsIn('leak', decodedHistory(await handle.fetchHistory()), sentinels);
    expect(found).toEqual(['admin-password in leak']);
  });
}
