// SPDX-License-Identifier: Apache-2.0
// The program in front of the web UI against pages of other names, other origins and other users. A double of the UI.
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pagePath, uiServer } from '../../workers/embedded/ui/proxy.ts';
import { sessionOf } from '../../workers/embedded/ui/token.ts';

const token = 'T'.repeat(43);
const userId = process.getuid?.() ?? 0;
const seen: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[] = [];
const server = createServer((incoming, response) => {
  let body = '';
  incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
  incoming.on('end', () => {
    seen.push({ method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers, body });
    response.writeHead(200, { 'content-type': 'text/html' }).end('the UI');
  });
});
let door: Server;
let port = 0;
let serverUiPort = 0;
let pageFails = false;

const listen = async (each: Server, at = 0): Promise<number> => {
  await new Promise<void>((done) => each.listen(at, '127.0.0.1', done));
  return (each.address() as AddressInfo).port;
};

beforeAll(async () => {
  serverUiPort = await listen(server);
  const probe = createServer();
  port = await listen(probe);
  await new Promise((done) => probe.close(done));
  const page = async (): Promise<string> => {
    if (pageFails) throw new Error('secret of the state directory');
    return '<h1>holdfast</h1>';
  };
  door = uiServer({ port, serverUiPort: async () => serverUiPort, token: async () => token, page });
  await listen(door, port);
});
afterAll(() => {
  door.close();
  server.close();
});

function ask(path: string, headers: Record<string, string> = {}, method = 'GET', body = '') {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
const cookie = (user = userId) => `holdfast_ui_${port}=${sessionOf(token, user)}`;
const ours = () => ({ cookie: cookie(), origin: `http://127.0.0.1:${port}` });

describe('the overview', () => {
  it('is shown to a browser that was let in, by itself, and to no other', async () => {
    const before = seen.length;
    expect((await ask(pagePath)).status).toBe(403);
    expect((await ask(pagePath, { ...ours(), host: 'evil.example' })).status).toBe(403);
    const welcome = await ask(`${pagePath}?token=${token}`);
    expect([welcome.status, welcome.headers.location]).toEqual([303, pagePath]);
    const shown = await ask(pagePath, ours());
    expect([shown.status, shown.text]).toEqual([200, '<h1>holdfast</h1>']);
    expect(shown.headers['cache-control']).toBe('no-store');
    expect(seen.length).toBe(before);
  });

  it('names the command, and no cause, when it cannot be made', async () => {
    pageFails = true;
    const { status, text } = await ask(pagePath, ours());
    pageFails = false;
    expect([status, text]).toEqual([500, 'The page cannot be made; what fails is said by: holdfast page\n']);
  });
});

describe('uiServer()', () => {
  it('lets a browser in by the link, once, and keeps the token from the UI', async () => {
    const welcome = await ask(`/namespaces?token=${token}`);
    expect(welcome).toMatchObject({ status: 303, headers: { location: '/namespaces' } });
    const [set = ''] = welcome.headers['set-cookie'] ?? [];
    expect(set).toBe(`${cookie()}; Path=/; HttpOnly; SameSite=Strict`);
    expect(set).not.toContain(token);
    const page = await ask('/namespaces', { cookie: `${cookie()}; _csrf=x` });
    expect([page.status, page.text]).toEqual([200, 'the UI']);
    expect(seen.at(-1)).toMatchObject({
      url: '/namespaces',
      headers: { cookie: '_csrf=x', host: `127.0.0.1:${serverUiPort}` },
    });
  });

  it('hands on what a page of its own sends', async () => {
    const sent = await ask('/api/v1/namespaces/default/workflows', ours(), 'POST', '{"a":1}');
    expect(sent.status).toBe(200);
    expect(seen.at(-1)).toMatchObject({
      method: 'POST',
      body: '{"a":1}',
      headers: { origin: `http://127.0.0.1:${serverUiPort}` },
    });
  });

  it.each([
    ['nothing', () => ask('/')],
    ['a wrong token', () => ask(`/?token=${'t'.repeat(43)}`)],
    ['a session of another user', () => ask('/', { cookie: cookie(userId + 1) })],
    ['a name that was led to this address', () => ask('/', { ...ours(), host: 'evil.example' })],
    [
      'that name and our port, with the token',
      () => ask(`/?token=${token}`, { host: `evil.example:${port}` }),
    ],
    ['a page of another origin', () => ask('/api', { ...ours(), origin: 'http://evil.example' }, 'POST')],
    ['a post without an origin', () => ask('/api', { cookie: cookie() }, 'POST')],
    ['a whole address', () => ask(`http://127.0.0.1:${port}/`, ours())],
  ])('refuses %s, names the command that prints the link, and asks the UI nothing', async (_, asked) => {
    const before = seen.length;
    const { status, text } = await asked();
    expect([status, text]).toEqual([403, expect.stringContaining('holdfast up')]);
    expect(seen.length).toBe(before);
  });

  it('leads nobody elsewhere', async () => {
    expect((await ask(`//evil.example/?token=${token}`)).headers.location).toBe('/evil.example/');
  });
});
