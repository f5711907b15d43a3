// SPDX-License-Identifier: Apache-2.0
// What looks for secrets finds each of them: else that none was found would say nothing.
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { foundIn, foundInProcess } from './process-memory.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-97);
const another = generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).publicKey;
const points = [another.export({ type: 'spki', format: 'der' }).subarray(-97), point];

it.each([
  ['PKCS #8', privateKey.export({ type: 'pkcs8', format: 'der' })],
  ['SEC 1', privateKey.export({ type: 'sec1', format: 'der' })],
  ['PEM', Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' }))],
  ['PEM of SEC 1', Buffer.from(privateKey.export({ type: 'sec1', format: 'pem' }))],
])('foundIn() knows a private key in %s by its public one', (_, bytes) => {
  const surrounded = Buffer.concat([Buffer.alloc(99, 4), bytes, Buffer.alloc(99, 48)]);
  expect(foundIn(surrounded, { texts: ['absent'], points })).toEqual(['private key 1']);
  expect(foundIn(surrounded, { texts: [], points: points.slice(0, 1) })).toEqual([]);
});

it.runIf(process.getuid?.() === 0)('foundInProcess() finds what another process was told', async () => {
  const keeps = 'process.stdin.once("data", (told) => { globalThis.told = told; console.log("kept"); })';
  const child = spawn(process.execPath, ['-e', keeps], { stdio: ['pipe', 'pipe', 'ignore'] });
  try {
    const kept = new Promise((resolve) => child.stdout.once('data', resolve));
    child.stdin.write(
      Buffer.concat([Buffer.from('419-337-2206'), privateKey.export({ type: 'pkcs8', format: 'der' })]),
    );
    await kept;
    const sought = { texts: ['419-337-2206', ['never', 'told', 'it'].join(' ')], points };
    expect(await foundInProcess(child.pid as number, sought)).toEqual(['419-337-2206', 'private key 1']);
  } finally {
    child.kill('SIGKILL');
  }
});
