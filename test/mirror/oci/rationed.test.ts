// SPDX-License-Identifier: Apache-2.0
// A registry that allows 10 manifests an hour has 200 images: they come in, by many workers one after the other, and none of them
// is refused. Time goes on where the program waits, and nowhere else: an hour takes as long as its looks at the file.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ContentStore } from '../../../activities/clients/content/content-store.ts';
import {
  HostBudget,
  type BudgetClock,
  type RequestLimit,
} from '../../../activities/clients/content/host-budget.ts';
import { RegistryReader } from '../../../activities/clients/oci/registry.ts';
import { manifestTypes } from '../../../workflows/contracts/mirror/oci/manifest.ts';
import { sha256Of, UpstreamServer } from '../upstream-server.ts';

const hourMilliseconds = 3_600_000;
const allowed = 10;
const images = 200;

/** Of the program and of the registry. */
let now = Date.now();
const clock: BudgetClock = {
  now: () => now,
  // A look a minute in place of one a second.
  pause: async (milliseconds) => {
    now += 60 * milliseconds;
    await setImmediate();
  },
};

let folder: string;
let upstream: UpstreamServer;
let granted: number[];
let refused: number;
/** Whether it says how many are left, as Docker Hub does. */
let tells: boolean;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-rationed-'));
  upstream = await UpstreamServer.start();
  upstream.trouble = (request, response) => {
    const name = request.url?.split('/')[2] ?? '';
    const manifest = Buffer.from(
      JSON.stringify({ schemaVersion: 2, config: {}, layers: [], annotations: { name } }),
    );
    const recent = () => granted.filter((at) => now - at < hourMilliseconds).length;
    // Registries count no HEAD. @source Docker's limits of pulls
    const isGranted = request.method === 'HEAD' || recent() < allowed;
    if (isGranted && request.method !== 'HEAD') granted.push(now);
    if (!isGranted) refused += 1;
    const left = {
      'ratelimit-limit': `${allowed};w=3600`,
      'ratelimit-remaining': `${allowed - recent()};w=3600`,
    };
    response.writeHead(isGranted ? 200 : 429, {
      ...(tells && left),
      ...(!isGranted && { 'retry-after': '3600' }),
      'content-type': manifestTypes['oci-manifest'],
      'docker-content-digest': `sha256:${sha256Of(manifest)}`,
    });
    response.end(request.method === 'HEAD' || !isGranted ? undefined : manifest);
    return true;
  };
});

afterAll(async () => {
  await upstream.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Each by a worker of its own: what it knows of the limit stands in a file, or in the answers. */
async function take(name: string, limits: Readonly<Record<string, RequestLimit>>): Promise<void> {
  [granted, refused] = [[], 0];
  const store = new ContentStore(join(folder, name));
  for (let index = 0; index < images; index += 1) {
    const budget = new HostBudget(join(folder, `${name}-budgets`), limits, clock);
    const reader = new RegistryReader(upstream.url, { store, budget });
    const digest = (await reader.digestOf(`image-${index}`, 'stable')) ?? '';
    await reader.manifest(`image-${index}`, `sha256:${digest}`);
  }
  expect(granted).toHaveLength(images);
}

it('which says how many are left is never asked for one too many', async () => {
  tells = true;
  await take('told', {});
  expect(refused).toBe(0);
});

it('which says nothing is held to what the file of the mirror says of it', async () => {
  tells = false;
  // Requests of both kinds: the file knows no other.
  await take('written', { [upstream.host]: { requests: 2 * allowed, seconds: hourMilliseconds / 1000 } });
  expect(refused).toBe(0);
});
