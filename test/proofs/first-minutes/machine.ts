// SPDX-License-Identifier: Apache-2.0
// A bare Debian 13 that is a machine of its own: its files, processes, host name and network. The kernel is this machine's.
import { once } from 'node:events';
import { copyFile, cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Writable, Readable } from 'node:stream';
import { execa } from 'execa';
import { debianSources } from '../../../activities/clients/machine/debian-sources.ts';
import { cacheDirectory } from '../../system/cache-directory.ts';
import { root } from '../../system/lab.ts';
import begin from './begin.sh';
import network from './network.sh';

const space = 'hff';
/** Between it and this machine. */
const link = '10.78.145';

/** What a line at its shell did. */
export interface Typed {
  readonly exitCode: number | undefined;
  /** Of both streams, as a person sees them. */
  readonly output: string;
  readonly seconds: number;
}

export class BareMachine {
  private constructor(
    private readonly folder: string,
    private readonly keeper: ChildProcessByStdio<Writable, Readable, null>,
    /** The first process of its namespace, as this machine counts. */
    private readonly firstPid: string,
  ) {}

  /** With the Debian package of holdfast in /root, not installed, and the program of Temporal in the cache of root. */
  static async create(): Promise<BareMachine> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-first-'));
    await execa('node', [join(root, 'workers', 'package', 'deb.mjs'), folder], { cwd: root });
    const debian = join(folder, 'root');
    await build(folder, debian);
    await networkOf('add');
    const namespaces = ['--mount', '--propagation', 'private', '--pid', '--fork', '--uts', '--kill-child'];
    const enter = [`--net=/run/netns/${space}`, 'unshare', ...namespaces];
    const keeper = spawn('nsenter', [...enter, 'sh', '-c', begin, 'begin', debian], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await Promise.race([once(keeper.stdout, 'data'), once(keeper, 'exit')]);
    if (keeper.exitCode !== null) throw new Error(`The machine did not begin: exit ${keeper.exitCode}`);
    const { stdout: firstPid } = await execa('pgrep', ['-P', String(keeper.pid)]);
    return new BareMachine(folder, keeper, firstPid);
  }

  /** A line for the shell of its root, who is at no terminal. Any exit code is a result. */
  async type(line: string): Promise<Typed> {
    const begun = performance.now();
    const enter = ['--mount', '--pid', '--uts', '--net', '--root', '--wdns=/root'];
    const { exitCode, all } = await execa(
      'nsenter',
      ['--target', this.firstPid, ...enter, '/bin/bash', '-c', line],
      {
        extendEnv: false,
        env: {
          PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
          HOME: '/root',
          LANG: 'C.UTF-8',
        },
        all: true,
        reject: false,
        stdin: 'ignore',
        timeout: 900_000,
      },
    );
    return { exitCode, output: all, seconds: (performance.now() - begun) / 1000 };
  }

  /** Ends its processes with their namespace, which unmounts what they mounted. */
  async remove(): Promise<void> {
    const ended = once(this.keeper, 'exit');
    this.keeper.kill('SIGKILL');
    await ended;
    await networkOf('remove');
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Debian as its installer leaves it least, with the sources of this machine for another release. */
async function build(folder: string, debian: string): Promise<void> {
  const [name = ''] = (await readdir(folder)).filter((each) => each.endsWith('.deb'));
  const own = await debianSources('trixie', undefined);
  if (own === null) throw new Error('This machine has no package source of Debian');
  const sources = join(folder, 'sources');
  await writeFile(sources, own.text);
  const given = [
    '--include=debian-archive-keyring,ca-certificates',
    `--customize-hook=copy-in ${join(folder, name)} /root`,
  ];
  await execa('mmdebstrap', ['--mode=root', '--variant=minbase', ...given, 'trixie', debian, sources], {
    timeout: 900_000,
  });
  await copyFile('/etc/resolv.conf', join(debian, 'etc/resolv.conf'));
  await writeFile(join(debian, 'etc/hosts'), '127.0.0.1 localhost\n127.0.1.1 debian\n');
  await cp(join(cacheDirectory(), 'temporal'), join(debian, 'root/.cache/holdfast/temporal'), {
    recursive: true,
  });
}

const networkOf = (action: 'add' | 'remove') => execa('sh', ['-c', network, 'network', action, space, link]);
