// SPDX-License-Identifier: Apache-2.0
// Reads manifests from registries that ask for a token, run out of patience, or say what is not so.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContentStore } from '../../../activities/clients/content/content-store.ts';
import { HostBudget } from '../../../activities/clients/content/host-budget.ts';
import { RegistryReader } from '../../../activities/clients/oci/registry.ts';
import { manifestTypes } from '../../../workflows/contracts/mirror/oci/manifest.ts';
import { generated, sha256Of, UpstreamServer } from '../upstream-server.ts';

let upstream: UpstreamServer;
let folder: string;

const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, config: {}, layers: [] }));
const digest = sha256Of(manifest);
const type = manifestTypes['oci-manifest'];

const reader = (limits: Record<string, { requests: number; seconds: number }> = {}) =>
  new RegistryReader(upstream.url, {
    store: new ContentStore(join(folder, 'content')),
    budget: new HostBudget(join(folder, 'budgets'), limits),
  });

/** How often a manifest itself was sent. */
let manifestsSent = 0;

beforeEach(async () => {
  upstream = await UpstreamServer.start();
  folder = await mkdtemp(join(tmpdir(), 'holdfast-registry-'));
  manifestsSent = 0;
  upstream.trouble = (request, response) => {
    if (!request.url?.includes('/manifests/')) return false;
    response.writeHead(200, { 'content-type': type, 'docker-content-digest': `sha256:${digest}` });
    if (request.method === 'GET') manifestsSent += 1;
    response.end(request.method === 'HEAD' ? undefined : manifest);
    return true;
  };
});

afterEach(async () => {
  await upstream.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('RegistryReader', () => {
  it('asks for a digest by HEAD, and for a manifest that is here not at all', async () => {
    expect(await reader().digestOf('team/app', '1.0')).toBe(digest);
    expect(manifestsSent).toBe(0);
    const stored = await reader().manifest('team/app', `sha256:${digest}`);
    expect(stored).toEqual({ digest, size: manifest.byteLength, ending: 'oci-manifest' });
    expect(await reader().manifest('team/app', `sha256:${digest}`, stored)).toEqual(stored);
    expect(manifestsSent).toBe(1);
  });

  it('gets a token without a user where the registry names a realm, and shows it to no other repository', async () => {
    const shown: (string | undefined)[] = [];
    upstream.trouble = (request, response) => {
      const { authorization } = request.headers;
      if (request.url?.startsWith('/token')) {
        const scope = new URL(request.url, upstream.url).searchParams.get('scope') ?? '';
        response.end(JSON.stringify({ token: `for ${scope.split(':')[1] ?? ''}` }));
        return true;
      }
      shown.push(authorization);
      const repository = /^\/v2\/(.*)\/(manifests|tags|blobs)\//.exec(request.url ?? '')?.[1] ?? '';
      if (authorization !== `Bearer for ${repository}`) {
        const challenge = `Bearer realm="${upstream.url}/token",service="registry.test"`;
        response.writeHead(401, { 'www-authenticate': challenge }).end();
      } else
        response
          .writeHead(200, { 'content-type': type })
          .end(request.method === 'HEAD' ? undefined : manifest);
      return true;
    };
    const asked = reader();
    await asked.manifest('team/app', `sha256:${digest}`);
    await asked.manifest('team/other', `sha256:${digest}`);
    expect(shown).toEqual([undefined, 'Bearer for team/app', undefined, 'Bearer for team/other']);
    expect(await asked.headers('team/app', digest)).toEqual({ authorization: 'Bearer for team/app' });
    expect(await reader().headers('team/third', digest)).toEqual({ authorization: 'Bearer for team/third' });
  });

  it.each([
    ['a user', 'Basic realm="x"'],
    ['a realm that is no URL', 'Bearer realm="file:///etc/passwd"'],
    ['nothing', ''],
  ])('refuses a registry that wants %s, without another request', async (_, challenge) => {
    upstream.trouble = (_request, response) => {
      response.writeHead(401, { 'www-authenticate': challenge }).end();
      return true;
    };
    await expect(reader().manifest('team/app', '1.0')).rejects.toMatchObject({
      code: 'Rejected',
      facts: { cause: 'HTTP 401: it wants a login with a user' },
    });
    expect(upstream.asked).toHaveLength(1);
  });

  it.each([
    ['other bytes than its digest', { 'content-type': type }, 'f'.repeat(64), /^its SHA-256 is/],
    ['a type that is not mirrored', { 'content-type': 'application/json' }, digest, /is not mirrored/],
  ])('refuses %s, and stores nothing of the first', async (_, headers, wanted, cause) => {
    upstream.trouble = (_request, response) => {
      response.writeHead(200, headers).end(manifest);
      return true;
    };
    await expect(reader().manifest('team/app', `sha256:${wanted}`)).rejects.toMatchObject({
      code: 'Rejected',
      facts: { cause: expect.stringMatching(cause) as string },
    });
  });

  it('says that a tag is not there, and refuses a manifest that is not', async () => {
    upstream.trouble = () => false;
    expect(await reader().digestOf('team/app', 'gone')).toBeNull();
    await expect(reader().manifest('team/app', 'gone')).rejects.toMatchObject({
      facts: { cause: 'HTTP 404' },
    });
  });

  it('refuses a manifest that has no end', async () => {
    upstream.trouble = (_request, response) => {
      response.writeHead(200, { 'content-type': type }).end(generated('long', 5 * 2 ** 20));
      return true;
    };
    await expect(reader().manifest('team/app', '1.0')).rejects.toMatchObject({ code: 'Rejected' });
  });

  it('takes manifests of a registry that rations them, and sees no 429 after the first, over restarts', async () => {
    let [asked, refused, refusedAt, nextAt] = [0, 0, 0, 0];
    const times: number[] = [];
    const perSecond = 10;
    upstream.trouble = (request, response) => {
      const now = Date.now();
      asked += 1;
      times.push(now);
      if (refusedAt > 0 && nextAt === 0) nextAt = now;
      // Once it says so by itself; after that to whoever takes more than it allows.
      if (asked === 11 || (refused > 0 && times.filter((at) => now - at < 1000).length > perSecond)) {
        refused += 1;
        refusedAt = now;
        response.writeHead(429, { 'retry-after': '1' }).end();
      } else
        response
          .writeHead(200, { 'content-type': type })
          .end(request.method === 'HEAD' ? undefined : manifest);
      return true;
    };
    const patient = reader();
    for (let index = 0; index < 11; index += 1) await patient.manifest('team/app', `v${index}`);
    expect(refused).toBe(1);
    expect(nextAt - refusedAt).toBeGreaterThanOrEqual(990);
    // Each as after a restart: what was taken stands in a file. Two spans side by side hold as many as a second allows.
    const limits = { [upstream.host]: { requests: perSecond / 2, seconds: 2 } };
    times.length = 0;
    for (let index = 0; index < 12; index += 1) await reader(limits).manifest('team/app', `v${index}`);
    expect(refused).toBe(1);
  });
});
