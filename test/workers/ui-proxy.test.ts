// SPDX-License-Identifier: Apache-2.0
// The program in front of the web UI against pages of other names, other origins and other users. A double of the UI.
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pagePath, uiServer } from '../../workers/embedded/ui/proxy.ts';
import type { PackageChange } from '../../workers/embedded/ui/package-list.ts';
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
const changes: PackageChange[] = [];

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
  door = uiServer({
    port,
    serverUiPort: async () => serverUiPort,
    token: async () => token,
    page,
    changePackages: async (change) => {
      changes.push(change);
      const isKnown = change.packages.every((each) => each !== 'no such');
      return isKnown
        ? { exitCode: 8, id: `change-mirror/${change.mirror}`, said: ['+ pypi python: six'] }
        : { exitCode: 2, id: null, said: ['error: "no such" is not a Python project'] };
    },
  });
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

describe('the list of Python projects of a mirror', () => {
  const path = '/holdfast/mirrors/local-mirror/allowlist/packages';
  const bearer = { authorization: `Bearer ${token}` };
  const post = (body: unknown, headers: Record<string, string> = bearer, to = path) =>
    ask(to, headers, 'POST', typeof body === 'string' ? body : JSON.stringify(body));

  it('takes what banderctl takes, and answers with the run or with what was refused', async () => {
    const added = await post({ mode: 'add', packages: ['six', 'requests>=2.31'] });
    expect([added.status, JSON.parse(added.text)]).toEqual([
      202,
      { id: 'change-mirror/local-mirror', said: ['+ pypi python: six'] },
    ]);
    expect(changes.at(-1)).toEqual({
      mirror: 'local-mirror',
      mode: 'add',
      packages: ['six', 'requests>=2.31'],
    });
    const refused = await post({ mode: 'delete', packages: ['no such'] });
    expect([refused.status, refused.text]).toEqual([422, expect.stringContaining('is not a Python project')]);
  });

  it.each([
    ['no token', { mode: 'add', packages: ['six'] }, {}, 401],
    ['another token', { mode: 'add', packages: ['six'] }, { authorization: `Bearer ${'t'.repeat(43)}` }, 401],
    [
      'a session in place of the token',
      { mode: 'add', packages: ['six'] },
      { cookie: `holdfast_ui_0=${sessionOf(token, userId)}` },
      401,
    ],
    ['a browser', { mode: 'add', packages: ['six'] }, { ...bearer, origin: 'http://evil.example' }, 401],
    ['another host', { mode: 'add', packages: ['six'] }, { ...bearer, host: 'evil.example' }, 401],
    ['no JSON', '{', bearer, 400],
    ['another mode', { mode: 'replace', packages: ['six'] }, bearer, 400],
    ['no package', { mode: 'add', packages: [] }, bearer, 400],
    ['an option of the command', { mode: 'add', packages: ['--to=x'] }, bearer, 400],
    ['another key', { mode: 'add', packages: ['six'], to: 'x' }, bearer, 400],
    ['a body that is too long', `"${'x'.repeat(70_000)}"`, bearer, 400],
  ])('refuses %s, and starts nothing', async (_, body, headers, status) => {
    const [before, asked] = [changes.length, seen.length];
    const answer = await post(body, headers);
    expect([answer.status, changes.length, seen.length]).toEqual([status, before, asked]);
    expect(answer.text).not.toContain(token);
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
