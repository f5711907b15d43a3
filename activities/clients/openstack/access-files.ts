// SPDX-License-Identifier: Apache-2.0
// Reads a login from a box's access files, as the `openstack` client reads them: the files, nothing else.
import { join } from 'node:path';
import { parse } from 'yaml';
import type { CloudLogin } from './cloud.ts';
import { Failure } from '../failure.ts';
import { readText } from '../state/local-files.ts';

/** Where a box's access files lie. */
export function accessDirectory(stateDirectory: string, box: string): string {
  return join(stateDirectory, 'boxes', box, 'access');
}

interface CloudFile {
  readonly clouds?: Record<string, { auth?: Record<string, string>; region_name?: string; cacert?: string }>;
}

/** @throws Failure Unreachable while the files are not written */
export async function readCloud(directory: string, cloud: string): Promise<CloudLogin> {
  const read = async (name: string) =>
    (parse((await readText(join(directory, name))) ?? '') as CloudFile | null)?.clouds?.[cloud];
  // A box of an earlier release has the passwords in the second file until its next install.
  const [open, secure] = await Promise.all([read('clouds.yaml'), read('secure.yaml')]);
  const authority = await readText(open?.cacert ?? join(directory, 'ca.pem'));
  const auth = { ...open?.auth, ...secure?.auth };
  if (open === undefined || auth['password'] === undefined || authority === null) {
    throw new Failure('Unreachable', `The access files of cloud ${cloud} are not written yet`, {
      on: directory,
    });
  }
  return {
    authUrl: auth['auth_url'] ?? '',
    username: auth['username'] ?? '',
    password: auth['password'] ?? '',
    domain: auth['user_domain_name'] ?? 'Default',
    project: { name: auth['project_name'] ?? '', domain: auth['project_domain_name'] ?? 'Default' },
    region: open.region_name ?? '',
    authority,
    interface: 'public',
  };
}
