// SPDX-License-Identifier: Apache-2.0
// Temporary state directories for tests; at the end what was started in them is stopped, by its record.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { stopBackgroundProcess } from '../../workers/embedded/background-process.ts';
import { writeJsonFile } from '../../workers/embedded/json-file.ts';
import { findFreePort } from '../../workers/embedded/border/listening-process.ts';

const directories: string[] = [];

/** Returns a new temporary directory that goes away after the test file. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
  directories.push(directory);
  return directory;
}

/** Returns a state directory whose ports were drawn by the kernel, so that test files do not fight for 7233. */
export async function stateDirectoryWithPorts(): Promise<string> {
  const directory = await temporaryDirectory();
  const ports = { port: await findFreePort(0), uiPort: await findFreePort(0) };
  await writeJsonFile(join(directory, 'temporal', 'ports.json'), ports);
  return directory;
}

afterAll(async () => {
  for (const directory of directories) {
    for (const name of ['worker', 'ui', 'temporal', 'sleeper'])
      await stopBackgroundProcess(directory, name, 2);
    await rm(directory, { recursive: true, force: true });
  }
});
