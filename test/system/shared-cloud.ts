// SPDX-License-Identifier: Apache-2.0
// One whole cloud for every file that only speaks to one: installed by the first that asks, ended after the last.
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { readAuthority } from '../../activities/clients/authority.ts';
import { EmbeddedSecretStore } from '../../activities/clients/secret-store.ts';
import { secretRef } from '../../workflows/contracts/brands.ts';
import { serviceNames } from '../../workflows/contracts/box-spec.ts';
import { endState } from './end-state.ts';
import { Lab, labSpec } from './lab.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of this run of the tests alone: where the shared cloud is recorded. */
    readonly sharedFolder: string;
  }
}

export const wholeCloud = { services: [...serviceNames], seeds: { projects: [{ name: 'demo' }] } };

/** Changed by no file: what one needs beside it, it makes under names of its own and removes. */
const spec = labSpec('shared-cloud', 30, wholeCloud);

export interface SharedCloud {
  readonly authUrl: string;
  readonly region: string;
  readonly ca: string;
  /** Of `admin`. */
  readonly password: string;
  /** Of the box when its first, undisturbed install ended. */
  readonly endState: readonly string[];
}

/** Waits while another file installs it. @throws Error when that failed */
export async function sharedCloud(): Promise<SharedCloud> {
  const folder = inject('sharedFolder');
  const record = join(folder, 'cloud.json');
  const isFirst = await mkdir(join(folder, 'begun')).then(
    () => true,
    () => false,
  );
  if (isFirst) {
    await writeFile(`${record}.new`, JSON.stringify(await installed(folder).catch(String)));
    await rename(`${record}.new`, record);
  }
  while (!existsSync(record)) await new Promise((resolve) => setTimeout(resolve, 500));
  const cloud = JSON.parse(await readFile(record, 'utf8')) as SharedCloud | string;
  if (typeof cloud === 'string') throw new Error(`The shared cloud was not installed: ${cloud}`);
  return cloud;
}

async function installed(folder: string): Promise<SharedCloud> {
  const lab = await Lab.create();
  await writeFile(join(folder, 'state-directory'), lab.stateDirectory);
  await lab.install(spec);
  const { name, region, networks } = spec;
  const { address } = networks.management;
  const store = new EmbeddedSecretStore(join(lab.stateDirectory, 'secrets'));
  return {
    ...{ authUrl: `https://${address}:5000/v3`, region },
    ca: (await readAuthority(store, name))?.pair.certificate ?? '',
    password: (await store.get(secretRef(`boxes/${name}/admin-password`)))?.value ?? '',
    endState: await endState({ box: name, address }),
  };
}

/** Ends the cloud if there is one, and removes the folder. */
export async function disposeSharedCloud(folder: string): Promise<void> {
  const stateDirectory = await readFile(join(folder, 'state-directory'), 'utf8').catch(() => null);
  if (stateDirectory !== null) await Lab.at(stateDirectory).dispose(spec.name);
  await rm(folder, { recursive: true, force: true });
}
