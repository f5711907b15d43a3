// SPDX-License-Identifier: Apache-2.0
// The same Keystone with signed tokens: its keys come from the store, and follow one another like those that encrypt.
import { beforeAll, expect, test } from 'vitest';
import { keystoneCalls } from '../../system/keys/keystone-calls.ts';
import { laidKeys, rotateKeys, rotateKeysTests } from '../../system/keys/rotate-keys.ts';
import { cli, lab, spec } from './stand.ts';

const signed = { ...spec, tokens: 'jws' as const };
const stand = () => ({ lab, spec: signed });

export function jwsProofs(): void {
  beforeAll(() => lab.install(signed));

  test('tokens are signed, and another kind of key is refused', async () => {
    const keystone = await keystoneCalls(lab.stateDirectory, signed);
    const token = await keystone.token();
    const [header = ''] = token.split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ alg: 'ES256' });
    const { exitCode, stderr } = await cli(
      'credentials',
      'rotate',
      spec.name,
      '--kind',
      'fernet',
      '--no-input',
    );
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--kind jws')]);
  });

  rotateKeysTests(stand, 0.4);

  test('an emergency ends every token', async () => {
    const keystone = await keystoneCalls(lab.stateDirectory, signed);
    const token = await keystone.token();
    await lab.endOf(await rotateKeys(stand(), { emergency: true }));
    // It remembers for a moment what it made.
    await expect.poll(() => keystone.statusOf(token), { timeout: 30_000 }).toBe(401);
    expect(await keystone.statusOf(await keystone.token())).toBe(200);
    const keys = (await laidKeys(signed)).filter((line) => line.startsWith('jws-keys'));
    expect(keys).toEqual([
      expect.stringMatching(/^jws-keys\/private\/private\.pem 600 keystone$/),
      expect.stringMatching(/^jws-keys\/public\/\d+\.pem 600 keystone$/),
    ]);
  });
}
