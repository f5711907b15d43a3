// SPDX-License-Identifier: Apache-2.0
// Stands in front of Temporal's own web UI, which checks nothing: lets in a browser that has the token, for our host alone.
import { createServer, request as ask } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { peerUserOf } from '../border/peer-user.ts';
import { EMBEDDED_HOST } from '../temporal/ports.ts';
import {
  packageChangeOf,
  packageListPath,
  statusOf,
  type ChangeAnswer,
  type PackageChange,
} from './package-list.ts';
import { isSameSecret, sessionOf } from './token.ts';

export interface UiDoor {
  /** Our own port. */
  readonly port: number;
  /** Asked at each request, since both may change while we run. */
  readonly serverUiPort: () => Promise<number | undefined>;
  readonly token: () => Promise<string | undefined>;
  /** The overview as HTML, as it is now. */
  readonly page: () => Promise<string>;
  /** Starts the run that changes the Python projects of a mirror. */
  readonly changePackages: (change: PackageChange) => Promise<ChangeAnswer>;
}

/** Where the overview is shown; the web UI of Temporal has no page of that name. */
export const pagePath = '/holdfast';

type Verdict =
  | { readonly kind: 'enter' }
  | { readonly kind: 'welcome'; readonly path: string; readonly session: string }
  | { readonly kind: 'refused' };

export function uiServer(door: UiDoor): Server {
  return createServer((request, response) => {
    answer(door, request, response).catch(() =>
      say(response, 502, 'Temporal does not answer; run: holdfast up'),
    );
  });
}

async function answer(door: UiDoor, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const token = await door.token();
  const mirror = packageListPath.exec(request.url ?? '')?.[1];
  if (mirror !== undefined && request.method === 'POST')
    return takePackages(door, { request, response, mirror, token });
  const verdict = judge(door, request, token);
  if (verdict.kind === 'refused') {
    say(
      response,
      403,
      'This is for the user who started holdfast. A link that lets you in is printed by: holdfast up',
    );
  } else if (verdict.kind === 'welcome') {
    const cookie = `${cookieOf(door)}=${verdict.session}; Path=/; HttpOnly; SameSite=Strict`;
    response.writeHead(303, { ...closed, location: verdict.path, 'set-cookie': cookie }).end();
  } else if (isPage(request)) {
    await showPage(door, response);
  } else await handOn(door, request, response);
}

/** A page that has another name led to this address is refused by its Host, one of another origin by its Origin. */
function judge(door: UiDoor, request: IncomingMessage, token: string | undefined): Verdict {
  const { host = '', origin } = request.headers;
  const { method = '', url = '', socket } = request;
  const userId = peerUserOf(socket);
  if (!isOurHost(door, host) || token === undefined || userId === undefined || !url.startsWith('/'))
    return { kind: 'refused' };
  const session = sessionOf(token, userId);
  const { pathname, searchParams } = new URL(`http://${host}${url}`);
  const given = searchParams.get('token');
  const isRead = method === 'GET' || method === 'HEAD';
  if (given !== null && isRead)
    return isSameSecret(given, token)
      ? { kind: 'welcome', path: pathname.replace(/^\/+/, '/'), session }
      : { kind: 'refused' };
  const kept = cookies(request.headers).find(([name]) => name === cookieOf(door))?.[1];
  if (kept === undefined || !isSameSecret(kept, session)) return { kind: 'refused' };
  return isRead || origin === `http://${host}` ? { kind: 'enter' } : { kind: 'refused' };
}

interface PackagePost {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly mirror: string;
  readonly token: string | undefined;
}

/** A program has the token itself; what a browser sends names its origin, and is refused. */
async function takePackages(door: UiDoor, { request, response, mirror, token }: PackagePost): Promise<void> {
  const { host = '', origin, authorization = '' } = request.headers;
  const given = /^Bearer (\S+)$/.exec(authorization)?.[1] ?? '';
  const isKnown = token !== undefined && isSameSecret(given, token);
  if (
    !isOurHost(door, host) ||
    origin !== undefined ||
    peerUserOf(request.socket) === undefined ||
    !isKnown
  ) {
    request.resume();
    return sayJson(response, 401, {
      said: ['Send the token of the link that holdfast up prints: Authorization: Bearer TOKEN'],
    });
  }
  const change = await packageChangeOf(request, mirror);
  if (change === null)
    return sayJson(response, 400, {
      said: ['Send {"mode": "add" or "delete", "packages": ["requests>=2.31", ...]}, at most 100 of them'],
    });
  const { id, said, exitCode } = await door.changePackages(change);
  sayJson(response, statusOf({ id, said, exitCode }), { id, said });
}

const isOurHost = ({ port }: UiDoor, host: string): boolean =>
  [EMBEDDED_HOST, 'localhost'].some((name) => host === `${name}:${port}`);

function sayJson(response: ServerResponse, status: number, value: object): void {
  response
    .writeHead(status, { ...closed, 'content-type': 'application/json', connection: 'close' })
    .end(`${JSON.stringify(value)}\n`);
}

async function showPage(door: UiDoor, response: ServerResponse): Promise<void> {
  const text = await door.page().catch(() => null);
  if (text === null)
    return say(response, 500, 'The page cannot be made; what fails is said by: holdfast page');
  // It runs no script, so the browser asks again by itself, seconds.
  const headers = { ...closed, 'content-type': 'text/html; charset=utf-8', refresh: '60' };
  response.writeHead(200, headers).end(text);
}

async function handOn(door: UiDoor, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const port = await door.serverUiPort();
  const host = `${EMBEDDED_HOST}:${port}`;
  const { method, url: path } = request;
  const others = cookies(request.headers).filter(([name]) => name !== cookieOf(door));
  const headers = {
    ...request.headers,
    host,
    origin: request.headers.origin === undefined ? undefined : `http://${host}`,
    referer: undefined,
    cookie: others.map((pair) => pair.join('=')).join('; ') || undefined,
  };
  const known = Object.entries(headers).filter(([, value]) => value !== undefined);
  await new Promise<void>((resolve, reject) => {
    const upstream = ask({ host: EMBEDDED_HOST, port, method, path, headers: Object.fromEntries(known) });
    upstream.once('error', reject);
    upstream.once('response', (theirs) => {
      response.writeHead(theirs.statusCode ?? 502, { ...theirs.headers, 'x-frame-options': 'DENY' });
      theirs.pipe(response).once('close', resolve);
      theirs.once('error', reject);
    });
    response.once('close', () => upstream.destroy());
    request.pipe(upstream);
  });
}

const isPage = ({ method, url }: IncomingMessage): boolean => method === 'GET' && url === pagePath;

const cookieOf = ({ port }: UiDoor): string => `holdfast_ui_${port}`;

function cookies({ cookie = '' }: IncomingHttpHeaders): [string, string][] {
  return cookie.split(/;\s*/).flatMap((pair): [string, string][] => {
    const [name = '', ...value] = pair.split('=');
    return name === '' ? [] : [[name.trim(), value.join('=')]];
  });
}

/** Neither kept nor named to another page: the link holds the token. */
const closed = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY' };

function say(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { ...closed, 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
