// SPDX-License-Identifier: Apache-2.0
// Fetches the official release archive of the Temporal CLI and unpacks its one program. Decides nothing.
import { createWriteStream } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { EnvHttpProxyAgent, fetch } from 'undici';
import { TEMPORAL_CLI_VERSION } from './version.ts';

/** The official download site.
 * @source the same one that the Temporal SDK's test environment and the vendor's installer use */
export const TEMPORAL_DOWNLOAD_URL = 'https://temporal.download';

/** Short, since a machine without a way out should go on to the next source at once.
 * @source a TCP and TLS handshake over a slow satellite link takes about 3 s */
const CONNECT_TIMEOUT_SECONDS = 10;
/** Longest silence while the 60 MB archive arrives, in seconds; not a limit on the whole. */
const SILENCE_TIMEOUT_SECONDS = 60;

const ARCHITECTURES: Partial<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** Leaves the pinned release's `temporal` in an existing empty folder and returns its path.
 * @throws whatever fetching or unpacking threw; a refusal names the HTTP status */
export async function downloadTemporal(
  folder: string,
  environment: Readonly<Record<string, string>>,
  downloadUrl: string = TEMPORAL_DOWNLOAD_URL,
): Promise<string> {
  const architecture = ARCHITECTURES[arch()];
  if (architecture === undefined) throw new Error(`there is no release for ${arch()}`);
  const url = `${downloadUrl}/cli/archive/v${TEMPORAL_CLI_VERSION}?platform=linux&arch=${architecture}`;
  const archive = join(folder, 'temporal.tar.gz');
  const dispatcher = new EnvHttpProxyAgent({
    ...proxiesOf(environment),
    connect: { timeout: CONNECT_TIMEOUT_SECONDS * 1000 },
    bodyTimeout: SILENCE_TIMEOUT_SECONDS * 1000,
    headersTimeout: SILENCE_TIMEOUT_SECONDS * 1000,
  });
  try {
    const response = await fetch(url, { dispatcher });
    if (!response.ok || response.body === null) throw new Error(`${url} answered HTTP ${response.status}`);
    await pipeline(Readable.fromWeb(response.body), createWriteStream(archive));
  } finally {
    await dispatcher.destroy();
  }
  await execa('tar', ['-xzf', archive, '-C', folder, 'temporal'], { stdin: 'ignore' });
  return join(folder, 'temporal');
}

function proxiesOf(environment: Readonly<Record<string, string>>) {
  const value = (name: string) => environment[name.toLowerCase()] ?? environment[name] ?? '';
  // Given explicitly, even when empty, because the agent would otherwise read the process's environment itself.
  return { httpProxy: value('HTTP_PROXY'), httpsProxy: value('HTTPS_PROXY'), noProxy: value('NO_PROXY') };
}
