// SPDX-License-Identifier: Apache-2.0
// Real repositories behind git's own http-backend on loopback. Counts requests and bytes; can cut an answer off.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { generated } from '../upstream-server.ts';

export class GitUpstream {
  /** Method and path of each request. */
  readonly asked: string[] = [];
  /** Ids of objects, in the order in which packs of them were asked for. */
  readonly wanted: string[] = [];
  /** Of packs. */
  sentBytes = 0;
  /** A pack ends behind so many bytes, once for each time that it is set; default: never. */
  cutAfter = Number.POSITIVE_INFINITY;
  /** Of packs. */
  bytesPerSecond = Number.POSITIVE_INFINITY;
  #server: Server | null = null;

  private constructor(readonly folder: string) {}

  static async start(): Promise<GitUpstream> {
    const upstream = new GitUpstream(await mkdtemp(join(tmpdir(), 'holdfast-git-')));
    const server = createServer((request, response) => upstream.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    upstream.#server = server;
    return upstream;
  }

  urlOf(name: string): string {
    return `http://127.0.0.1:${(this.#server?.address() as AddressInfo).port}/${name}.git`;
  }

  /** In a bare repository, which is made with its first commit. Returns the id of the commit. */
  async commit(name: string, branch: string, file: string, bytes: number): Promise<string> {
    const repository = join(this.folder, `${name}.git`);
    const work = join(this.folder, `${name}.work`);
    await this.#git(['init', '--quiet', '--bare', '--initial-branch=main', repository]);
    await this.#git(['init', '--quiet', '--initial-branch=main', work]);
    const parent = await this.#git([
      '-C',
      repository,
      'rev-parse',
      '--verify',
      '--quiet',
      `refs/heads/${branch}`,
    ]);
    if (parent !== '') await this.#git(['-C', work, 'fetch', '--quiet', repository, branch]);
    await this.#git(['-C', work, 'checkout', '--quiet', '-B', branch, ...(parent === '' ? [] : [parent])]);
    await writeFile(join(work, file), generated(`${name} ${branch} ${file} ${bytes}`, bytes));
    await this.#git(['-C', work, 'add', file]);
    await this.#git(['-C', work, 'commit', '--quiet', '-m', `Write ${file}`]);
    await this.#git(['-C', work, 'push', '--quiet', repository, `+${branch}:${branch}`]);
    return this.#git(['-C', work, 'rev-parse', branch]);
  }

  /** An object of its own. Returns its id. */
  async tag(name: string, tag: string, target: string): Promise<string> {
    const repository = join(this.folder, `${name}.git`);
    await this.#git(['-C', repository, 'tag', '-f', '-a', '-m', tag, tag, target]);
    return this.#git(['-C', repository, 'rev-parse', tag]);
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
    await rm(this.folder, { recursive: true, force: true });
  }

  async #git(words: readonly string[]): Promise<string> {
    const when = '2026-01-02T03:04:05Z';
    const who = ['GIT_AUTHOR', 'GIT_COMMITTER'].flatMap((role) => [
      [`${role}_NAME`, 'test'],
      [`${role}_EMAIL`, 'test@example.test'],
      [`${role}_DATE`, when],
    ]);
    const env = { ...Object.fromEntries(who), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
    const { stdout, exitCode, stderr } = await execa('git', words, { env, reject: false });
    if (exitCode !== 0 && !words.includes('--verify')) throw new Error(`git ${words.join(' ')}: ${stderr}`);
    return stdout.trim();
  }

  /** As a web server runs a CGI program. @source RFC 3875 */
  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://upstream');
    this.asked.push(`${request.method} ${pathname}`);
    const program = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: this.folder,
        GIT_HTTP_EXPORT_ALL: '1',
        GIT_CONFIG_NOSYSTEM: '1',
        PATH_INFO: pathname,
        QUERY_STRING: searchParams.toString(),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        REMOTE_ADDR: '127.0.0.1',
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    request.pipe(program.stdin);
    request.on('data', (chunk: Buffer) => {
      for (const [, id = ''] of chunk.toString('latin1').matchAll(/want ([0-9a-f]{40})/g))
        this.wanted.push(id);
    });
    const chunks: Buffer[] = [];
    program.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    program.on('close', () => void this.#send(Buffer.concat(chunks), request, response));
  }

  async #send(said: Buffer, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const end = said.indexOf('\r\n\r\n');
    const headers = said.subarray(0, end).toString('latin1').split('\r\n');
    const status = headers.find((line) => line.startsWith('Status: '))?.slice('Status: '.length);
    for (const line of headers) {
      const [, name = '', value = ''] = /^([^:]+): (.*)$/.exec(line) ?? [];
      if (name !== '' && name !== 'Status') response.setHeader(name, value);
    }
    response.statusCode = Number.parseInt(status ?? '200', 10);
    const body = said.subarray(end + 4);
    const isPack = request.method === 'POST';
    if (isPack && body.byteLength > this.cutAfter) {
      this.sentBytes += this.cutAfter;
      response.write(body.subarray(0, this.cutAfter), () => response.destroy());
      this.cutAfter = Number.POSITIVE_INFINITY;
      return;
    }
    const step = isPack ? Math.min(body.byteLength, this.bytesPerSecond / 20) : body.byteLength;
    for (let at = 0; at < body.byteLength && !response.destroyed; at += step) {
      const piece = body.subarray(at, at + step);
      if (isPack) this.sentBytes += piece.byteLength;
      response.write(piece);
      if (step < body.byteLength) await sleep(50);
    }
    response.end();
  }
}
