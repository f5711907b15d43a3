// SPDX-License-Identifier: Apache-2.0
// A mirror site in a folder of this machine: real aptly, nginx and apt, without a box and without Temporal.
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { AptlySite } from '../../activities/mirror/deb/aptly.ts';
import { ensureKey } from '../../activities/mirror/signing-key.ts';
import type { SecretStore } from '../../activities/clients/secrets/secret-store.ts';
import { Host } from '../../activities/hosts/host.ts';
import { hostEnvironment, spawn, type Transport } from '../../activities/hosts/transport.ts';
import type { StepScope } from '../../activities/step-scope.ts';
import { aptlyFile, nginxFile } from '../../workflows/box/mirror/files.ts';
import { signingKeyOf } from '../../workflows/box/mirror/model.ts';
import { findFreePort } from '../../workers/embedded/border/listening-process.ts';
import { cacheDirectory } from '../system/cache-directory.ts';
import installTools from './install-tools.sh';
import { stepScopeOf } from './step-scope.ts';

/** Unpacked once into the cache. Returns the root that they lie in. */
export async function mirrorTools(): Promise<string> {
  const directory = join(cacheDirectory(), 'mirror-tools');
  await mkdir(directory, { recursive: true });
  await execa('flock', [`${directory}.lock`, 'sh', '-c', installTools, 'mirror-tools', directory]);
  return join(directory, 'root');
}

export class MirrorLab {
  readonly told: string[] = [];
  #stopServing: () => Promise<string> = () => Promise.resolve('');
  #run = 0;

  private constructor(
    readonly site: AptlySite,
    readonly secrets: SecretStore,
    private readonly folder: string,
    private readonly tools: string,
  ) {}

  /** `further`: folders of programs that it needs beside aptly and nginx. */
  static async create(box = 'lab', further: readonly string[] = []): Promise<MirrorLab> {
    const tools = await mirrorTools();
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-mirror-'));
    // The web server reads as a user of its own.
    await chmod(folder, 0o755);
    const data = join(folder, 'data');
    const lease = join(folder, 'lease');
    for (const each of [data, lease, join(folder, 'temporary')]) await mkdir(each, { mode: 0o755 });
    await writeFile(join(lease, 'epoch'), '1\n');
    const ports = { webPort: await findFreePort(0), pinnedPort: await findFreePort(0) };
    const site = labSite(folder, box, [...further, join(tools, 'usr/bin')], ports);
    await writeFile(site.configuration, aptlyFile(data).content);
    const secrets = secretsInMemory();
    const lab = new MirrorLab(site, secrets, folder, tools);
    await ensureKey(site, { box, reference: signingKeyOf(box) }, secrets);
    await lab.#serve();
    return lab;
  }

  /** Of the next step of a run; `run` names the run. */
  scope(step: string, run = 'a'.repeat(16)): StepScope {
    this.#run += 1;
    const tell = (text: string): void => void this.told.push(text);
    return stepScopeOf({ step, run, occurrence: this.#run, epoch: 1, tell });
  }

  async remove(): Promise<void> {
    await this.#stopServing();
    await execa('gpgconf', ['--homedir', join(this.site.data, 'gnupg'), '--kill', 'all'], { reject: false });
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The file of a mirror, but for what only a box has: its ports, its certificate, its folders. */
  async #serve(): Promise<void> {
    const { data, webPort, pinnedPort } = this.site;
    const { content } = nginxFile({ data, certificate: '', key: '' });
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${join(this.folder, 'temporary', name)};`,
    );
    const text = content
      .replace('listen 80;', `listen ${webPort};`)
      .replace('listen 443 ssl;', '')
      .replaceAll(/ssl_certificate.*;/g, '')
      .replace(':8081;', `:${pinnedPort};`)
      .replace('pid /run/nginx.pid;', `pid ${join(this.folder, 'nginx.pid')}; daemon off;`)
      .replace('access_log off;', `access_log off; ${temporary.join(' ')}`);
    const path = join(this.folder, 'nginx.conf');
    await writeFile(path, text);
    const nginx = execa(
      join(this.tools, 'usr/sbin/nginx'),
      ['-e', 'stderr', '-p', dirname(path), '-c', path],
      {
        reject: false,
      },
    );
    this.#stopServing = async () => {
      nginx.kill('SIGTERM');
      return (await nginx).stderr;
    };
    for (let tries = 0; tries < 100; tries += 1) {
      const answer = await fetch(`http://127.0.0.1:${webPort}/health`).catch(() => null);
      if (answer?.status === 200) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`nginx does not answer: ${await this.#stopServing()}`);
  }
}

type Ports = Pick<AptlySite, 'webPort' | 'pinnedPort'>;

/** The site of a lab as another process finds it too. `programs`: folders of those that it needs. */
export function labSite(
  folder: string,
  box: string,
  programs: readonly string[],
  { webPort, pinnedPort }: Ports,
): AptlySite {
  const data = join(folder, 'data');
  const host = new Host(withTools(programs), join(folder, 'host'), join(folder, 'lease'));
  return { box, host, data, inside: data, configuration: join(folder, 'aptly.conf'), webPort, pinnedPort };
}

function withTools(folders: readonly string[]): Transport {
  const path = [...folders, hostEnvironment.PATH].join(':');
  const name = 'this machine';
  return { name, run: (argv, options) => spawn(name, ['env', `PATH=${path}`, ...argv], options) };
}

function secretsInMemory(): SecretStore {
  const held = new Map<string, string>();
  return {
    get: (reference) => {
      const value = held.get(reference);
      return Promise.resolve(value === undefined ? null : { value, version: 1 });
    },
    put: (reference, value) => {
      held.set(reference, value);
      return Promise.resolve(1);
    },
    remove: () => Promise.resolve(),
    marks: () => Promise.resolve({}),
    close: () => Promise.resolve(),
  };
}
