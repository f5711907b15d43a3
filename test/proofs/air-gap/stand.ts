// SPDX-License-Identifier: Apache-2.0
// Two mirrors and a box, each by the command line as a person types it; the far side is cut off once its mirror stands.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { recordIfAsked } from '../../histories/recording.ts';
import { cacheDirectory } from '../../system/cache-directory.ts';
import unplug from './unplug.sh';

const space = 'hf-air-gap';

const network = (number: number) => ({
  cidr: `10.89.${number}.0/24`,
  address: `10.89.${number}.2`,
  gateway: `10.89.${number}.1`,
});

const head = { apiVersion: 'holdfast/v1' };

export const nearMirror = {
  ...head,
  kind: 'Mirror',
  name: 'gap-near',
  network: network(1),
  refreshEvery: 'never',
  deb: [{ name: 'debian', suites: ['trixie', 'trixie-updates'], boxes: [{ services: ['identity'] }] }],
};

export const farMirror = (signer: string) => ({
  ...head,
  kind: 'Mirror',
  name: 'gap-far',
  network: network(2),
  receives: { site: 'gap-near', signers: [signer] },
});

export const farBox = (more: object = {}) => ({
  ...head,
  kind: 'Box',
  name: 'gap-box',
  services: ['identity'],
  networks: { management: network(3) },
  debian: { site: 'gap-far' },
  ...more,
});

/** How a command ended, and what it said. */
export interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** With stderr. */
  readonly all: string;
}

export class AirGap {
  /** The far side runs in the namespace, with a cache that has Temporal and nothing else. */
  isCut = false;

  private constructor(readonly folder: string) {}

  static async begin(): Promise<AirGap> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-air-gap-'));
    await mkdir(join(folder, 'cache'));
    await execa('cp', ['-al', join(cacheDirectory(), 'temporal'), join(folder, 'cache')]);
    return new AirGap(folder);
  }

  get medium(): string {
    return join(this.folder, 'bundle');
  }

  async spec(name: string, value: object): Promise<string> {
    const path = join(this.folder, `${name}.yaml`);
    await writeFile(path, stringify(value));
    return path;
  }

  near(...words: string[]): Promise<Ended> {
    return this.#holdfast(['node'], { HOLDFAST_STATE: join(this.folder, 'near') }, words);
  }

  far(...words: string[]): Promise<Ended> {
    const state = { HOLDFAST_STATE: join(this.folder, 'far') };
    if (!this.isCut) return this.#holdfast(['node'], state, words);
    const cache = { HOLDFAST_CACHE: join(this.folder, 'cache') };
    return this.#holdfast(['nsenter', `--net=/run/netns/${space}`, 'node'], { ...state, ...cache }, words);
  }

  /** Whatever of the far side runs from now on reaches its mirror and nothing else. */
  async cut(): Promise<void> {
    await this.far('down');
    await execa('sh', ['-c', unplug, 'unplug', space, `${network(2).gateway}/24`]);
    this.isCut = true;
  }

  /** Records the newest run of an id of a side where histories are asked for. Before that side is cut off. */
  async record(name: string, side: 'near' | 'far', id: string): Promise<void> {
    if (process.env['HOLDFAST_RECORD'] !== '1') return;
    const ports = JSON.parse(await readFile(join(this.folder, side, 'temporal/ports.json'), 'utf8')) as {
      readonly port: number;
    };
    const connection = await Connection.connect({
      address: `127.0.0.1:${ports.port}`,
      channelArgs: { 'grpc.enable_http_proxy': 0 },
    });
    await recordIfAsked(`mirror/${name}`, new Client({ connection }).workflow.getHandle(id));
    await connection.close();
  }

  inGap(...words: string[]): Promise<Ended> {
    return ended('nsenter', [`--net=/run/netns/${space}`, ...words]);
  }

  async end(): Promise<void> {
    await this.far('box', 'destroy', 'gap-box', '--confirm', 'gap-box');
    await this.far('mirrors', 'destroy', 'gap-far', '--confirm', 'gap-far');
    await this.far('down');
    await this.near('mirrors', 'destroy', 'gap-near', '--confirm', 'gap-near');
    await this.near('down');
    await execa('ip', ['netns', 'del', space], { reject: false });
    await rm(this.folder, { recursive: true, force: true });
  }

  #holdfast(
    [program = 'node', ...before]: readonly string[],
    environment: Readonly<Record<string, string>>,
    words: readonly string[],
  ): Promise<Ended> {
    const env = { ...environment, HOLDFAST_WATCH: 'off' };
    return ended(program, [...before, 'cli/holdfast.mjs', ...words], env);
  }
}

async function ended(
  program: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const { exitCode, stdout, all } = await execa(program, words, { env, reject: false, all: true });
  return { exitCode, stdout, all };
}
