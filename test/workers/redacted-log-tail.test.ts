// SPDX-License-Identifier: Apache-2.0
// What a log may show of itself.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { redact } from '../../activities/clients/redact.ts';
import { readRedactedTail } from '../../workers/embedded/redacted-log-tail.ts';
import { temporaryDirectory } from './state-directory.ts';

test.for([
  'password=sentinel',
  '"admin_password": "sentinel"',
  'Authorization: Bearer sentinel-token',
  'postgresql://nova:sentinel@db/nova',
  'api-key: sentinel',
  '-----BEGIN EC PRIVATE KEY-----\nsentinel\n-----END EC PRIVATE KEY-----',
  '-----BEGIN PRIVATE KEY-----\nsentinel cut off',
])('redact() hides the value when the line is %s', (line) => {
  expect(redact(line)).not.toContain('sentinel');
  expect(redact(redact(line))).toBe(redact(line));
});

test('redact() leaves ordinary lines alone when nothing looks secret', () => {
  const line = 'listening on 127.0.0.1:7233, see http://127.0.0.1:8233/namespaces';
  expect(redact(line)).toBe(line);
});

test('readRedactedTail() gives the last whole lines when the log is long', async () => {
  const path = join(await temporaryDirectory(), 'long.log');
  await writeFile(path, Array.from({ length: 5000 }, (_, index) => `line ${index}`).join('\n'));
  expect(await readRedactedTail(path, 2)).toBe('line 4998\nline 4999');
});

test('readRedactedTail() is empty when there is no log', async () => {
  expect(await readRedactedTail('/no/such.log')).toBe('');
});

test('readRedactedTail() tells what a Go program died of when its trace stands behind', async () => {
  const path = join(await temporaryDirectory(), 'go.log');
  const trace = Array.from(
    { length: 400 },
    (_, index) => `some.package/function${index}(0x0)\n\t/source.go:1`,
  );
  await writeFile(
    path,
    ['bind: address already in use', 'panic: nil', '', 'goroutine 1 [running]:', ...trace].join('\n'),
  );
  expect(await readRedactedTail(path)).toBe('bind: address already in use\npanic: nil');
});
