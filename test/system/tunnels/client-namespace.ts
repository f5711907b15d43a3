// SPDX-License-Identifier: Apache-2.0
// A machine elsewhere: a network namespace that reaches an address of this machine and nothing else. Its WireGuard is the box's image's.
import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import runFromImage from './run-from-image.sh';

const ip = (...args: string[]) => execa('ip', args);

export class ClientNamespace {
  readonly #name = `hft-${randomBytes(3).toString('hex')}`;
  /** Links are named by it: their names have at most 15 characters. */
  readonly #link = this.#name.replace('-', '');
  #folder = '';

  private constructor(
    /** Of this machine, on the link to it. */
    readonly address: string,
    private readonly own: string,
  ) {}

  /** `address` and `own` lie in one /24 that no other link of this machine uses. */
  static async create(address: string, own: string): Promise<ClientNamespace> {
    const made = new ClientNamespace(address, own);
    await ip('netns', 'add', made.#name);
    await ip('link', 'add', made.#link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', made.#name);
    await ip('address', 'add', `${address}/24`, 'dev', made.#link);
    await ip('link', 'set', made.#link, 'up');
    await made.#inside('address', 'add', `${made.own}/24`, 'dev', 'eth0');
    await made.#inside('link', 'set', 'eth0', 'up');
    made.#folder = await mkdtemp(join(tmpdir(), 'holdfast-client-'));
    return made;
  }

  #inside(...args: string[]) {
    return ip('-n', this.#name, ...args);
  }

  /** Runs a command in it; any exit code is a result. */
  run(...command: readonly string[]) {
    return execa('ip', ['netns', 'exec', this.#name, ...command], { reject: false });
  }

  /**
   * `wg-quick up FILE`, as people are told. `image`: the root of an image that has WireGuard, whose programs are run
   * from there. The link is named by the file.
   */
  async openTunnel(configuration: string, image: string): Promise<void> {
    await writeFile(join(this.#folder, 'wg'), runFromImage, { mode: 0o755 });
    // It needs little of its libraries, and begins a second time by its own path.
    await symlink(join(image, 'usr/bin/wireguard-go'), join(this.#folder, 'wireguard-go'));
    // Beside them: it takes the programs of its own folder first.
    const quick = join(this.#folder, 'wg-quick');
    await copyFile(join(image, 'usr/bin/wg-quick'), quick);
    await this.#must('env', `IMAGE=${image}`, 'bash', quick, 'up', configuration);
  }

  async #must(...command: readonly string[]): Promise<void> {
    const { exitCode, stderr } = await this.run(...command);
    if (exitCode !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  }

  /** Ends its programs too: their links go with the namespace. */
  async remove(): Promise<void> {
    const { stdout } = await execa('ip', ['netns', 'pids', this.#name], { reject: false });
    for (const pid of stdout.split('\n').filter(Boolean)) process.kill(Number(pid), 'SIGKILL');
    await execa('ip', ['netns', 'delete', this.#name], { reject: false });
    await rm(this.#folder, { recursive: true, force: true });
  }
}
