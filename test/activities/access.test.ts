// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accessFiles } from '../../activities/access/access.ts';
import { authorityRef } from '../../activities/clients/secrets/authority.ts';
import { EmbeddedSecretStore } from '../../activities/clients/secrets/secret-store.ts';
import { secretRef } from '../../workflows/contracts/box/brands.ts';

let stateDirectory: string;

beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'holdfast-access-'));
});
afterEach(() => rm(stateDirectory, { recursive: true }));

describe('accessFiles()', () => {
  it('has all that a client needs in one file, which its owner alone reads', async () => {
    const secrets = new EmbeddedSecretStore(join(stateDirectory, 'secrets'));
    const password = secretRef('boxes/lab/test-password');
    await secrets.put(password, 'made up', 0);
    await secrets.put(authorityRef('lab'), JSON.stringify({ certificate: 'PEM', key: 'k' }), 0);
    const entry = { name: 'lab-test', username: 'test', domain: 'test', project: 'test', password };
    const authUrl = 'https://10.0.0.2:5000/v3';
    const files = await accessFiles(
      { secrets, stateDirectory },
      { box: 'lab', authUrl, region: 'R', clouds: [entry] },
    );
    const folder = join(stateDirectory, 'boxes/lab/access');
    expect(files.map(({ path, mode }) => [path, mode.toString(8)])).toEqual([
      [join(folder, 'ca.pem'), '644'],
      [join(folder, 'clouds.yaml'), '600'],
    ]);
    expect(parse(files[1]?.content ?? '')).toEqual({
      clouds: {
        'lab-test': {
          auth: {
            auth_url: authUrl,
            username: 'test',
            password: 'made up',
            project_name: 'test',
            user_domain_name: 'test',
            project_domain_name: 'test',
          },
          region_name: 'R',
          interface: 'public',
          identity_api_version: 3,
          cacert: join(folder, 'ca.pem'),
        },
      },
    });
  });
});
