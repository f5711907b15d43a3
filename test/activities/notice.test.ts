// SPDX-License-Identifier: Apache-2.0
import type { Notice } from '../../workflows/contracts/run/notice.ts';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tellAll } from '../../activities/notify/notice.ts';

const notice: Notice = {
  subject: { kind: 'box', name: 'lab' },
  box: 'lab',
  operation: 'install-box',
  workflowId: 'install-box/lab',
  step: 'boot',
  cause: 'password=hunter22 was refused',
  nextCommand: 'holdfast op resolve install-box/lab --retry',
};
const clean = { ...notice, cause: 'password=[redacted] was refused' };

const received: string[] = [];
let statuses: number[] = [];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    received.push(body);
    response.writeHead(statuses.shift() ?? 204).end();
  });
});
let webhook = '';
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-notice-'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  webhook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/key-of-mine`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

describe('tellAll()', () => {
  it('tellAll() hands the notice to the command and to the webhook when both are named', async () => {
    const file = join(folder, 'told');
    const command = ['sh', '-c', 'cat > "$1"', 'sh', file];
    expect(await tellAll({ command, webhook }, notice)).toEqual({ outcome: 'sent' });
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(clean);
    expect(JSON.parse(received.at(-1) ?? '')).toEqual(clean);
  });

  it('tellAll() tries again when the first answer is no', async () => {
    statuses = [503];
    const before = received.length;
    expect(await tellAll({ webhook }, notice, [0, 0])).toEqual({ outcome: 'sent' });
    expect(received.length - before).toBe(2);
  });

  it('tellAll() ends as failed after its tries and names neither path nor key of the webhook', async () => {
    statuses = [500, 500, 500];
    const command = ['sh', '-c', 'echo no mail server >&2; exit 3'];
    const { outcome, cause = '' } = await tellAll({ command, webhook }, notice, [0, 0]);
    expect(outcome).toBe('failed');
    expect(cause).toMatch(
      /^sh ended with exit code 3: no mail server; http:\/\/127.0.0.1:\d+ answered HTTP 500$/,
    );
  });

  it('tellAll() ends as failed when there is no such command and nobody listens', async () => {
    const target = { command: ['/no/such/program'], webhook: 'http://127.0.0.1:9/hooks/key-of-mine' };
    const { outcome, cause = '' } = await tellAll(target, notice, []);
    expect(outcome).toBe('failed');
    expect(cause).toContain('/no/such/program did not answer');
    expect(cause).toMatch(/http:\/\/127\.0\.0\.1:9 did not take the notice: .*ECONNREFUSED/);
    expect(cause).not.toContain('key-of-mine');
  });
});
