// SPDX-License-Identifier: Apache-2.0
// What a person does on a machine elsewhere: logs in to a guest by ssh, and asks a web server. Opens no tunnel.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientNamespace } from './client-namespace.ts';

/** Runs a command as the guest's root by the ssh of this machine; exit code 255: nobody answers, or lets it in. */
export async function logInThere(
  elsewhere: ClientNamespace,
  privateKey: string,
  address: string,
  command: string,
): Promise<{ readonly exitCode?: number; readonly stdout: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-login-'));
  try {
    const file = join(folder, 'key');
    await writeFile(file, privateKey, { mode: 0o600 });
    const settings = {
      BatchMode: 'yes',
      ConnectTimeout: '10',
      LogLevel: 'ERROR',
      StrictHostKeyChecking: 'no',
      UserKnownHostsFile: '/dev/null',
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    return await elsewhere.run('ssh', ...options, '-i', file, `root@${address}`, command);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** `000`: nothing answers within 5 s. */
export async function webStatusThere(elsewhere: ClientNamespace, url: string): Promise<string> {
  const options = ['--silent', '--max-time', '5', '--output', '/dev/null', '--write-out', '%{http_code}'];
  return (await elsewhere.run('curl', ...options, url)).stdout;
}
