// SPDX-License-Identifier: Apache-2.0
// Proxies and logins of this machine's apt and pip, against real servers on loopback.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HostBudget } from '../../../activities/clients/content/host-budget.ts';
import { ask } from '../../../activities/clients/content/upstream.ts';
import { accessOf, type AccessFiles } from '../../../activities/clients/machine/upstream-access.ts';
import { UpstreamServer } from '../upstream-server.ts';

const none: AccessFiles = { options: '', aptLogins: [], netrc: '' };
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('accessOf', () => {
  const options = [
    'Acquire::http "";',
    'Acquire::http::Proxy "http://proxy.test:3128";',
    'Acquire::http::Proxy::direct.test "DIRECT";',
    'Acquire::http::Proxy::other.test "http://u:p@other-proxy.test:80/";',
    'Acquire::https::Proxy "false";',
  ].join('\n');

  it.each([
    ['http://a.test/x', options, 'http://proxy.test:3128'],
    ['http://direct.test/x', options, null],
    ['http://other.test/x', options, 'http://u:p@other-proxy.test:80/'],
    ['https://a.test/x', options, null],
    ['https://a.test/x', options.replace(/\n.*https::.*/, ''), 'http://proxy.test:3128'],
    ['http://a.test/x', 'acquire::HTTP::proxy "";', null],
    ['http://a.test/x', '', null],
    ['http://127.0.0.1:8080/x', options, null],
  ])('accessOf() reaches %s as apt would', (url, set, proxy) => {
    expect(accessOf({ ...none, options: set }, url).proxy).toBe(proxy);
  });

  it('accessOf() refuses a proxy that it cannot use, and does not say its login', () => {
    const socks = { ...none, options: 'Acquire::http::Proxy "socks5h://u:hunter2@p.test:1080";' };
    expect(() => accessOf(socks, 'http://a.test/')).toThrow(/^(?!.*hunter2).*no http or https URL/);
  });

  const aptLogins = [
    '# machine a.test login no password no\nmachine a.test/private login u1 password p1\n',
    'machine http://plain.test login u2 password p2 machine a.test:8443\n  login u3\n  password p3\nmachine half.test login u4',
  ];
  const netrc = 'machine index.test login u5 password p5\ndefault login no password no\n';

  it.each([
    ['https://a.test/private/x', 'u1:p1'],
    ['https://a.test/public', null],
    ['http://a.test/private/x', null],
    ['http://plain.test/x', 'u2:p2'],
    ['https://plain.test/x', null],
    ['https://a.test:8443/x', 'u3:p3'],
    ['https://half.test/x', null],
    ['https://index.test/simple/', 'u5:p5'],
    ['http://index.test/simple/', null],
    ['https://not-index.test/simple/', null],
  ])('accessOf() gives %s the login %s', (url, login) => {
    const want = login === null ? null : basic(login);
    expect(accessOf({ ...none, aptLogins, netrc }, url).authorization).toBe(want);
  });
});

describe('ask', () => {
  let upstream: UpstreamServer;
  let folder: string;
  let proxy: Server;
  let passed: IncomingMessage[];

  beforeEach(async () => {
    upstream = await UpstreamServer.start();
    upstream.files.set('file', Buffer.from('content'));
    folder = await mkdtemp(join(tmpdir(), 'holdfast-access-'));
    passed = [];
    // A forward proxy for plain http, which refuses tunnels as most do for port 80.
    proxy = createServer((incoming, outgoing) => {
      passed.push(incoming);
      const headers = { ...incoming.headers };
      delete headers['proxy-authorization'];
      // It alone knows where this host is.
      const url = (incoming.url ?? '').replace('upstream.test', '127.0.0.1');
      request(url, { headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      }).end();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    await upstream.stop();
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });

  const asked = async (url: string, files: AccessFiles): Promise<string> => {
    const budget = new HostBudget(join(folder, 'budgets'));
    const answer = await ask({ url, budget, files });
    return answer.body.text();
  };

  it('ask() goes through the proxy of apt with the login of the proxy', async () => {
    const { port } = proxy.address() as AddressInfo;
    const options = `Acquire::http::Proxy "http://me:secret@127.0.0.1:${port}";`;
    const url = `${upstream.url.replace('127.0.0.1', 'upstream.test')}/file`;
    expect(await asked(url, { ...none, options })).toBe('content');
    expect(passed.map((each) => each.url)).toEqual([url]);
    expect(passed[0]?.headers['proxy-authorization']).toBe(basic('me:secret'));
    expect(upstream.asked[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  it('ask() sends a login to its host, and not to another one that this leads to', async () => {
    const other = await UpstreamServer.start();
    other.files.set('file', Buffer.from('elsewhere'));
    upstream.trouble = (_, response) => {
      response.writeHead(302, { location: `${other.url}/file` }).end();
      return true;
    };
    const aptLogins = [`machine http://127.0.0.1:${new URL(upstream.url).port} login me password secret`];
    expect(await asked(`${upstream.url}/file`, { ...none, aptLogins })).toBe('elsewhere');
    expect(upstream.asked[0]?.headers.authorization).toBe(basic('me:secret'));
    expect(other.asked[0]?.headers.authorization).toBeUndefined();
    await other.stop();
  });
});
