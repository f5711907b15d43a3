// SPDX-License-Identifier: Apache-2.0
// A mirror site in a real box, used by the command line as a person types it, with upstreams of its own and clients that reach
// nothing but the box.
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { ContentStore } from '../../../activities/clients/content/content-store.ts';
import { leaderOf } from '../../../activities/hosts/local-box.ts';
import { dataDirectory } from '../../../activities/hosts/places.ts';
import { mirrorSpecFile, type MirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.ts';
import { sitePaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import { ansibleCore } from '../../mirror/ansible/ansible-core.ts';
import { registryTools } from '../../mirror/oci/registry-upstream.ts';
import { recordIfAsked } from '../../histories/recording.ts';
import { UpstreamServer } from '../../mirror/upstream-server.ts';
import type { Lab } from '../../system/lab.ts';
import { crashLab, runThroughCrashes, type CrashedRun } from '../crash/crash-run.ts';
import attachClients from './attach-clients.sh';
import takePackages from './take-packages.sh';
import { SiteUpstreams } from './upstreams.ts';

export const site = 'site-lab';
const space = 'hf-site-clients';

/** Of the box, by which this machine and readers on it reach the mirror. */
export const address = '10.88.41.2';
/** Of this machine on the same link: squid of the box reaches it. */
export const outside = '10.88.41.1';
/** Of the box on the link of the clients, which leads nowhere else. */
export const served = '10.88.42.1';
const client = '10.88.42.2';

/** How a command ended, and what it said. */
interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** With stderr. */
  readonly all: string;
}

export class MirrorSite {
  #outside: UpstreamServer | null = null;

  private constructor(
    readonly folder: string,
    readonly lab: Lab,
    readonly upstreams: SiteUpstreams,
    private readonly galaxy: string,
  ) {}

  static async begin(): Promise<MirrorSite> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-site-'));
    return new MirrorSite(folder, await crashLab(), await SiteUpstreams.start(), await ansibleCore());
  }

  /** Returns the path of its file. */
  async spec(): Promise<string> {
    const path = join(this.folder, 'site.yaml');
    const spec = {
      apiVersion: 'holdfast/v1',
      kind: 'Mirror',
      name: site,
      network: { cidr: '10.88.41.0/24', address, gateway: outside },
      refreshEvery: 'never',
      ...this.upstreams.sources(this.upstreams.archive.publicKey, true),
      proxy: {},
    };
    await writeFile(path, stringify(spec));
    return path;
  }

  holdfast(...words: string[]): Promise<Ended> {
    return this.#said([...words, '--no-input']);
  }

  /** Records the newest run of an id where histories are asked for. Returns the number of its events. */
  async record(name: string, slug: string): Promise<number> {
    const { workflow } = await this.lab.client();
    const handle = workflow.getHandle(`${slug}/${site}`);
    await recordIfAsked(`mirror/${name}`, handle);
    return (await handle.describe()).historyLength;
  }

  /** What `mirrors status` knows. */
  async status(): Promise<{ readonly revision: string; readonly kept: readonly unknown[] }> {
    const { stdout } = await this.#said(['mirrors', 'status', site, '--json']);
    return JSON.parse(stdout) as { revision: string; kept: unknown[] };
  }

  /** The recorded spec. */
  async recorded(): Promise<MirrorSpec> {
    const path = join(this.lab.stateDirectory, mirrorSpecFile(site));
    return JSON.parse(await readFile(path, 'utf8')) as MirrorSpec;
  }

  /** As a program asks for Python projects: in the shape of banderctl. */
  async post(change: object): Promise<{ readonly status: number; readonly said: string }> {
    const read = async (path: string) =>
      JSON.parse(await readFile(join(this.lab.stateDirectory, path), 'utf8')) as Record<string, unknown>;
    const { token } = await read('ui-token.json');
    const { uiPort } = await read('temporal/ports.json');
    const url = `http://127.0.0.1:${String(uiPort)}/holdfast/mirrors/${site}/allowlist/packages`;
    const headers = { authorization: `Bearer ${String(token)}` };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(change) });
    return { status: answer.status, said: await answer.text() };
  }

  /** A command of the command line that starts a run, through crashes; see runThroughCrashes. */
  through(
    words: readonly string[],
    id: string,
    plans: readonly string[],
    meanwhile: () => Promise<void> = () => Promise.resolve(),
  ): Promise<CrashedRun> {
    const begin = async () => {
      await this.holdfast(...words, '--detach');
      return (await this.lab.client()).workflow.getHandle(`${id}/${site}`);
    };
    return runThroughCrashes(this.lab, begin, plans, meanwhile);
  }

  /** Kills the worker as soon as something is so. Returns how much of each file that it fetched is on the disk, by digest. */
  async killOnce(isSo: () => boolean): Promise<ReadonlyMap<string, number>> {
    while (!isSo()) await sleep(10);
    process.kill((await this.lab.processes()).worker, 'SIGKILL');
    const { parts } = new ContentStore(join(dataDirectory(site), sitePaths.content));
    const left = new Map<string, number>();
    for (const name of await readdir(parts))
      if (/^[0-9a-f]{64}\.\d+-\d+$/.test(name))
        left.set(name.slice(0, 64), (await stat(join(parts, name))).size);
    return left;
  }

  /** Clients in a namespace that reaches the box alone, and a server that only squid of the box reaches. */
  async attach(): Promise<void> {
    const leader = await leaderOf(site);
    await execa('sh', ['-c', attachClients, 'attach', space, String(leader), served, client, '30']);
    this.#outside = await UpstreamServer.start(outside, 80);
    this.#outside.add('hello', Buffer.from('hello\n'));
  }

  inClients(...words: string[]): Promise<Ended> {
    const env = { HOME: this.folder, http_proxy: '', https_proxy: '', no_proxy: '', NO_PROXY: '' };
    return ended('nsenter', [`--net=/run/netns/${space}`, ...words], env);
  }

  /** Status that a page answers with, as curl of a client sees it. */
  async statusOf(url: string, ...more: string[]): Promise<string> {
    const words = ['--silent', '--max-time', '10', '--output', '/dev/null', '--write-out', '%{http_code}'];
    return (await this.inClients('curl', ...words, ...more, url)).stdout;
  }

  readonly throughProxy = (url: string): Promise<string> =>
    this.statusOf(url, '--proxy', `http://${served}:3128`);

  /** Names of the package files that apt-get of a client took. */
  packages(name: string): Promise<Ended> {
    const key = `http://${served}/keys/archive-keyring.gpg`;
    const words = [join(this.folder, 'apt'), `http://${served}/deb/lab`, key, 'stable', name];
    return this.inClients('sh', '-c', takePackages, 'take', ...words);
  }

  async wheel(project: string): Promise<Ended> {
    const target = await mkdtemp(join(this.folder, 'wheels-'));
    const from = ['--index-url', `http://${served}/pypi/lab/simple/`, '--trusted-host', served];
    const words = ['-m', 'pip', 'download', '--isolated', '--disable-pip-version-check', '--no-cache-dir'];
    return this.inClients(
      'python3',
      ...words,
      '--no-deps',
      '--retries',
      '0',
      ...from,
      '--dest',
      target,
      project,
    );
  }

  async collection(name: string): Promise<Ended> {
    const target = await mkdtemp(join(this.folder, 'collections-'));
    const from = ['--server', `http://${served}/ansible/lab/`, '--no-cache', '--clear-response-cache'];
    const program = join(this.galaxy, 'ansible-galaxy');
    return this.inClients(program, 'collection', 'install', ...from, '--collections-path', target, name);
  }

  async role(name: string): Promise<Ended> {
    const target = await mkdtemp(join(this.folder, 'roles-'));
    const from = ['--server', `http://${served}/ansible/lab/`, '--roles-path', target];
    return this.inClients(join(this.galaxy, 'ansible-galaxy'), 'role', 'install', ...from, name);
  }

  async clone(repository: string, branch: string): Promise<Ended> {
    const target = await mkdtemp(join(this.folder, 'clone-'));
    const url = `http://${served}/git/${repository}.git`;
    return this.inClients('git', 'clone', '--branch', branch, url, target);
  }

  /** By skopeo, under the name of the upstream: the configuration that the mirror emits leads it here. */
  async image(tag: string): Promise<Ended> {
    const conf = join(this.folder, 'registries.conf');
    const target = await mkdtemp(join(this.folder, 'images-'));
    const emitted = await this.inClients(
      'curl',
      '-sS',
      '--fail',
      `http://${served}/containers/registries.conf`,
    );
    // It names the mirror as the network of the spec knows it; these clients are on another link.
    await writeFile(conf, emitted.stdout.replaceAll(address, served));
    const skopeo = join(await registryTools(), 'skopeo');
    const from = `docker://${this.upstreams.oci.host}/team/app:${tag}`;
    const words = [
      '--insecure-policy',
      '--registries-conf',
      conf,
      '--override-arch=amd64',
      'copy',
      '--quiet',
    ];
    return this.inClients(skopeo, ...words, from, `dir:${target}`);
  }

  #said(words: readonly string[]): Promise<Ended> {
    return ended('node', ['cli/holdfast.mjs', ...words], this.lab.environment);
  }

  async end(): Promise<void> {
    await execa('ip', ['netns', 'del', space], { reject: false });
    await this.#outside?.stop();
    await this.lab.up();
    await this.lab.endRuns();
    await this.holdfast('mirrors', 'destroy', site, '--confirm', site);
    await this.lab.dispose();
    await this.upstreams.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function ended(
  program: string,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const { exitCode, stdout, all } = await execa(program, words, { env, reject: false, all: true });
  return { exitCode, stdout, all };
}
