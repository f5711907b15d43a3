// SPDX-License-Identifier: Apache-2.0
// Calls of Keystone's API by a token at hand, as a program makes that logged in some time ago.
import { join } from 'node:path';
import { Agent, request, type Dispatcher } from 'undici';
import { withCloud } from '../../../activities/clients/openstack/cloud.ts';
import { accessDirectory, readCloud } from '../../../activities/clients/openstack/access-files.ts';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';

export interface KeystoneCalls {
  /** A new token of the administrator. */
  token(): Promise<string>;
  /** 200 for one that lets in, 401 for one that does not. */
  statusOf(token: string): Promise<number>;
  /** Id of a new credential, which Keystone encrypts in its database. */
  createCredential(token: string, blob: string): Promise<string>;
  /** Its content, decrypted; the status of the answer when there is none. */
  readCredential(token: string, id: string): Promise<string | number>;
}

/** Of a box that a lab installed. */
export async function keystoneCalls(stateDirectory: string, { name }: BoxSpec): Promise<KeystoneCalls> {
  const login = await readCloud(accessDirectory(stateDirectory, name), `${name}-admin`);
  const call = async (method: Dispatcher.HttpMethod, path: string, token: string, body?: object) => {
    const dispatcher = new Agent({ connect: { ca: login.authority ?? undefined } });
    const headers = {
      'x-auth-token': token,
      'x-subject-token': token,
      'content-type': 'application/json',
    };
    const answer = await request(`${login.authUrl}${path}`, {
      method,
      headers,
      dispatcher,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    await dispatcher.close();
    return { status: answer.statusCode, text };
  };
  const credentialOf = (text: string) =>
    (JSON.parse(text) as { credential: { id: string; blob: string } }).credential;
  return {
    token: () => withCloud(login, async (client) => (await client.issueToken()).token),
    statusOf: async (token) => (await call('GET', '/auth/tokens', token)).status,
    createCredential: async (token, blob) => {
      const userId = await withCloud(login, async (client) => (await client.issueToken()).userId);
      const credential = { type: 'cert', blob, user_id: userId };
      return credentialOf((await call('POST', '/credentials', token, { credential })).text).id;
    },
    readCredential: async (token, id) => {
      const { status, text } = await call('GET', join('/credentials', id), token);
      return status === 200 ? credentialOf(text).blob : status;
    },
  };
}
