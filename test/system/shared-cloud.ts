// SPDX-License-Identifier: Apache-2.0
// One whole cloud for every file that needs one: installed with the start of the gate or by the first that asks, ended after the last.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { readAuthority } from '../../activities/clients/secrets/authority.ts';
import { EmbeddedSecretStore } from '../../activities/clients/secrets/secret-store.ts';
import { secretRef } from '../../workflows/contracts/box/brands.ts';
import { schemaOf } from './database-service.ts';
import { defaultServices } from '../../workflows/contracts/box/box-spec.ts';
import { endState } from './end-state.ts';
import { Lab, labSpec } from './lab.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of this run of the tests alone: where the shared cloud is recorded. */
    readonly sharedFolder: string;
  }
}

/** Whose databases are migrated on it, though no install knows them there. */
export const furtherServices = ['cinder', 'octavia', 'designate', 'barbican', 'heat'] as const;

export const wholeCloud = {
  services: [...defaultServices],
  seeds: { projects: [{ name: 'demo' }] },
  packages: furtherServices.map((service) => `${service}-common`),
};

/** What a file makes on it, it makes under names of its own and removes; who changes more has it alone meanwhile. */
export const sharedSpec = labSpec('shared-cloud', 30, wholeCloud);

export interface SharedCloud {
  /** Of the lab that it stands on. */
  readonly stateDirectory: string;
  readonly authUrl: string;
  readonly region: string;
  readonly ca: string;
  /** Of `admin`. */
  readonly password: string;
  /** Of the box when its first, undisturbed install ended. */
  readonly endState: readonly string[];
  /** By database, as of the same moment: others change the cloud later. */
  readonly schemas: Readonly<Record<string, string>>;
}

/** Of the services that migrate theirs. */
const cloudDatabases = [
  'keystone',
  'glance',
  'placement',
  'neutron',
  'nova_api',
  'nova_cell0',
  'nova_cell1',
] as const;

/** Of a whole cloud, by database. */
export async function schemasOf(box: string): Promise<Record<string, string>> {
  const schemas = cloudDatabases.map(async (each) => [each, await schemaOf(box, each)] as const);
  return Object.fromEntries(await Promise.all(schemas));
}

const answers = [() => true, () => false] as const;

/** Installs it and records how that ended, unless that was begun before. */
export async function beginSharedCloud(folder: string): Promise<void> {
  const isFirst = await mkdir(join(folder, 'begun')).then(...answers);
  if (!isFirst) return;
  const record = recordIn(folder);
  await writeFile(`${record}.new`, JSON.stringify(await installed(folder).catch(String)));
  await rename(`${record}.new`, record);
}

const recordIn = (folder: string): string => join(folder, 'cloud.json');

/** Waits while another installs it. @throws Error when that failed */
export async function sharedCloud(): Promise<SharedCloud> {
  const folder = inject('sharedFolder');
  await beginSharedCloud(folder);
  const record = recordIn(folder);
  while (!existsSync(record)) await new Promise((resolve) => setTimeout(resolve, 500));
  const cloud = JSON.parse(await readFile(record, 'utf8')) as SharedCloud | string;
  if (typeof cloud === 'string') throw new Error(`The shared cloud was not installed: ${cloud}`);
  return cloud;
}

export interface Borrowed {
  readonly cloud: SharedCloud;
  giveBack(): Promise<void>;
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 500));

/** For files that change it: waits until nobody else has it. */
export async function borrowAlone(): Promise<Borrowed> {
  const cloud = await sharedCloud();
  const [alone, users] = marks();
  while (!(await mkdir(alone).then(...answers))) await turn();
  while ((await readdir(users)).length > 0) await turn();
  return { cloud, giveBack: () => rm(alone, { recursive: true }) };
}

/** For files that leave no trace on it: waits while somebody has it alone. */
export async function borrow(): Promise<Borrowed> {
  const cloud = await sharedCloud();
  const [alone, users] = marks();
  const mark = join(users, randomUUID());
  for (;;) {
    while (existsSync(alone)) await turn();
    await writeFile(mark, '');
    if (!existsSync(alone)) return { cloud, giveBack: () => rm(mark) };
    await rm(mark);
  }
}

function marks(): [string, string] {
  const folder = inject('sharedFolder');
  return [join(folder, 'alone'), join(folder, 'users')];
}

async function installed(folder: string): Promise<SharedCloud> {
  const lab = await Lab.create();
  await mkdir(join(folder, 'users'));
  await writeFile(join(folder, 'state-directory'), lab.stateDirectory);
  await lab.install(sharedSpec);
  const { name, region, networks } = sharedSpec;
  const { address } = networks.management;
  const store = new EmbeddedSecretStore(join(lab.stateDirectory, 'secrets'));
  return {
    stateDirectory: lab.stateDirectory,
    authUrl: `https://${address}:5000/v3`,
    region,
    ca: (await readAuthority(store, name))?.pair.certificate ?? '',
    password: (await store.get(secretRef(`boxes/${name}/admin-password`)))?.value ?? '',
    endState: await endState({ box: name, address }),
    schemas: await schemasOf(name),
  };
}

/** Ends the cloud if there is one, and removes the folder. */
export async function disposeSharedCloud(folder: string): Promise<void> {
  const stateDirectory = await readFile(join(folder, 'state-directory'), 'utf8').catch(() => null);
  if (stateDirectory !== null) await Lab.at(stateDirectory).dispose(sharedSpec.name);
  await rm(folder, { recursive: true, force: true });
}
