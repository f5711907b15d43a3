// SPDX-License-Identifier: Apache-2.0
// The keys of a Keystone that stands alone: taken over, rotated, run out of room, put back beside an older dump, thrown away.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boxHost } from '../../../activities/hosts/host.ts';
import { EmbeddedSecretStore } from '../../../activities/clients/secrets/secret-store.ts';
import { secretRef } from '../../../workflows/contracts/box/brands.ts';
import { keystoneCalls } from '../../system/keys/keystone-calls.ts';
import { laidKeys, rotateKeys, rotateKeysTests } from '../../system/keys/rotate-keys.ts';
import { cli, lab, spec } from './stand.ts';

const stand = () => ({ lab, spec });
const host = boxHost(spec.name);
const rotated = async (input: object) => lab.endOf(await rotateKeys(stand(), input));
const store = () => new EmbeddedSecretStore(join(lab.stateDirectory, 'secrets'));

export function fernetProofs(): void {
  test('keys of a box that an earlier release made are taken over: no token ends', async () => {
    const keystone = await keystoneCalls(lab.stateDirectory, spec);
    const token = await keystone.token();
    await store().remove(`boxes/${spec.name}/keystone`);
    const setup = ['sh', '-c', 'cd /etc/keystone/fernet-keys && cp -p 1 0', 'a staged key'];
    await host.output(setup);
    expect((await lab.drift(spec.name)).result).toBe('differs');
    const { steps } = await lab.install(spec);
    expect(steps.filter(({ status }) => status === 'changed').map(({ id }) => id)).toContain('keystone.keys');
    expect(await keystone.statusOf(token)).toBe(200);
    expect(await laidKeys(spec)).toEqual(['credential-keys/1 600 keystone', 'fernet-keys/1 600 keystone']);
  });

  rotateKeysTests(stand, 0.4);

  test('a rotation that would push out a key of live tokens is refused, and says until when', async () => {
    await rotated({});
    const keystone = await keystoneCalls(lab.stateDirectory, spec);
    const token = await keystone.token();
    const before = await laidKeys(spec);
    await expect(rotated({})).rejects.toMatchObject({
      cause: { message: expect.stringContaining('Keystone has 3 fernet keys') as string },
    });
    expect(await laidKeys(spec)).toEqual(before);
    expect(await keystone.statusOf(token)).toBe(200);
  });

  test('a key that a person changed is drift, and the next install puts it back', async () => {
    const key = '/etc/keystone/fernet-keys/9';
    await host.output([
      'sh',
      '-c',
      `head -c 32 /dev/urandom | base64 | tr '+/' '-_' > ${key}`,
      'a key of nobody',
    ]);
    const { stdout } = await cli('box', 'drift', spec.name);
    expect(stdout).toContain(key);
    await lab.install(spec);
    expect((await lab.drift(spec.name)).result).toBe('same');
  });

  test('credentials of a dump from before a rotation can be read after its restore', async () => {
    const keystone = await keystoneCalls(lab.stateDirectory, spec);
    const id = await keystone.createCredential(await keystone.token(), 'sealed and dumped');
    await cli('box', 'dump', spec.name);
    const { stdout } = await cli('box', 'dumps', spec.name, '--json');
    const dump = (JSON.parse(stdout) as { id: string }[])[0]?.id ?? '';
    await rotated({ emergency: true });
    const { exitCode } = await cli('box', 'restore', spec.name, dump, '--confirm', spec.name);
    expect(exitCode).toBe(0);
    // HAProxy needs some seconds to see a Keystone that was restarted.
    await expect.poll(() => keystone.token().catch(() => null), { timeout: 30_000 }).not.toBeNull();
    expect(await keystone.readCredential(await keystone.token(), id)).toBe('sealed and dumped');
    await rotated({ emergency: true });
    expect(await keystone.readCredential(await keystone.token(), id)).toBe('sealed and dumped');
  });

  test('credentials can be read after an older backup of the secrets was put back', async () => {
    const keystone = await keystoneCalls(lab.stateDirectory, spec);
    const reference = secretRef(`boxes/${spec.name}/keystone/credential-keys`);
    const backup = await store().get(reference);
    const id = await keystone.createCredential(await keystone.token(), 'sealed after the backup');
    await rotated({ emergency: true });
    const present = await store().get(reference);
    await store().put(reference, backup?.value ?? '', present?.version ?? 0);
    expect((await lab.drift(spec.name)).result).toBe('differs');
    await lab.install(spec);
    expect(await keystone.readCredential(await keystone.token(), id)).toBe('sealed after the backup');
    expect((await lab.drift(spec.name)).result).toBe('same');
  });

  test('an emergency ends every token, and leaves one key of each', async () => {
    const keystone = await keystoneCalls(lab.stateDirectory, spec);
    const token = await keystone.token();
    await rotated({ emergency: true });
    // It remembers for a moment what it made.
    await expect.poll(() => keystone.statusOf(token), { timeout: 30_000 }).toBe(401);
    expect(await keystone.statusOf(await keystone.token())).toBe(200);
    expect((await laidKeys(spec)).length).toBe(2);
  });
}
