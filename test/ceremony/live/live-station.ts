// SPDX-License-Identifier: Apache-2.0
// Two tokens, a stranger's and one reader, with a station, a worker and a Temporal that are killed. Notes what reaches a token.
import type { ChildProcess } from 'node:child_process';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { bundleWorkflows } from '../../proofs/crash/crash-run.ts';
import { bundleProgram } from '../../run-ts.mjs';
import { kill, root as tree } from '../../system/lab.ts';
import type { Dice } from '../fuzz/virtual-time.ts';
import { pins, softwareModule, TokenLab } from '../token-lab.ts';

/** Beside the authority of other tests on this machine. */
export const liveAuthority = 'live';
const strangerPin = '555-555-5555';
const folderOf = 'tokens';
/** Plugged in nowhere. */
const drawer = 'drawer';

export type Role = keyof typeof pins;

/** A line of the module: who was sent what, and whether it was taken. */
export interface TokenCall {
  readonly what: 'login' | 'sign';
  readonly serial: string;
  /** Made of the PIN, or of what was signed. */
  readonly number: string;
  readonly isTaken: boolean;
}

export class LiveStation {
  /** By serial number, folder of each token. */
  readonly #folders = new Map<string, string>();
  #station: ChildProcess | null = null;
  #wrongPins = 0;

  private constructor(
    readonly tokens: TokenLab,
    readonly stranger: string,
  ) {}

  static async create(): Promise<LiveStation> {
    const programs = join(tree, 'dist');
    const module = join(programs, 'watched-module.so');
    const headers = join(tree, 'node_modules', 'pkcs11js', 'includes', 'pkcs11');
    const source = join(tree, 'test', 'ceremony', 'live', 'watched-module.c');
    const words = [
      '-shared',
      '-fPIC',
      `-DREAL_MODULE="${softwareModule}"`,
      '-I',
      headers,
      '-o',
      module,
      source,
    ];
    await execa('gcc', [...words, '-ldl']);
    await bundleProgram('test/ceremony/live/compressed-worker.ts');
    await bundleWorkflows(
      'compressed-workflow-bundle.js',
      join(tree, 'test', 'ceremony', 'live', 'compressed-interceptors.ts'),
    );
    const environment = { HOLDFAST_WORKER_ENTRY: join(programs, 'compressed-worker.js') };
    const tokens = await TokenLab.create(liveAuthority, { module, environment, readers: 1 });
    const made = new LiveStation(tokens, await tokens.makeToken('stranger', strangerPin));
    await made.#findFolders();
    return made;
  }

  /** SoftHSM keeps a folder for each token, which names its serial number. */
  async #findFolders(): Promise<void> {
    const { folder, serials } = this.tokens;
    await mkdir(join(folder, drawer));
    for (const name of await readdir(join(folder, folderOf))) {
      const object = await readFile(join(folder, folderOf, name, 'token.object'));
      for (const serial of [...Object.values(serials), this.stranger])
        if (object.includes(serial)) this.#folders.set(serial, name);
    }
  }

  serialOf(role: Role | 'stranger'): string {
    return role === 'stranger' ? this.stranger : this.tokens.serials[role];
  }

  /** These and no others; a token that is in use is pulled out of the hands of whoever uses it. */
  async plug(...roles: (Role | 'stranger')[]): Promise<void> {
    const { folder } = this.tokens;
    const wanted = roles.map((role) => this.#folders.get(this.serialOf(role)));
    for (const name of this.#folders.values()) {
      const [from, to] = wanted.includes(name) ? [drawer, folderOf] : [folderOf, drawer];
      await rename(join(folder, from, name), join(folder, to, name)).catch(alreadyThere);
    }
  }

  get isStationUp(): boolean {
    return this.#station !== null && this.#station.exitCode === null && this.#station.signalCode === null;
  }

  startStation(): void {
    if (!this.isStationUp) this.#station = this.tokens.startStation();
  }

  async endStation(): Promise<void> {
    const station = this.#station;
    if (station === null || !this.isStationUp) return;
    const ended = new Promise((resolve) => station.once('exit', resolve));
    this.killStation();
    await ended;
  }

  killStation(): void {
    if (this.isStationUp) this.#station?.kill('SIGKILL');
  }

  async kill(process: 'temporal' | 'worker'): Promise<void> {
    const found = await this.tokens.lab.processes().catch(() => null);
    try {
      if (found !== null) kill(found[process], 'SIGKILL');
    } catch (error) {
      // Dead already.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** Starts what is dead of Temporal and the worker. */
  async up(): Promise<void> {
    await this.tokens.lab.run('supervise.js', ['up'], { reject: false });
  }

  /** Each one differs from all before. */
  async mistypePin(dice: Dice): Promise<void> {
    this.#wrongPins += 1;
    await this.tokens.writePin(dice.pick<Role>(['root', 'intermediate']), `wrong ${this.#wrongPins}`);
  }

  /** As a person does whom the station told that a PIN was not taken. */
  async correctPins(): Promise<void> {
    for (const role of ['root', 'intermediate'] as const) await this.tokens.writePin(role, pins[role]);
  }

  async keysOn(role: Role | 'stranger') {
    const pin = role === 'stranger' ? strangerPin : pins[role];
    return this.tokens.ask({ action: 'keys', serial: this.serialOf(role), pin });
  }

  /** Reading them needs no PIN. */
  certificatesOn(role: Role | 'stranger') {
    return this.tokens.ask({ action: 'certificates', serial: this.serialOf(role) });
  }

  async calls(): Promise<TokenCall[]> {
    const text = await readFile(join(this.tokens.folder, 'token.log'), 'utf8').catch(() => '');
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map((line) => {
      const [what, serial = '', number = '', answer] = line.split(' ');
      return { what: what as TokenCall['what'], serial, number, isTaken: answer === '0' };
    });
  }

  /** Below the state directory, Temporal's database among them. */
  async filesWithPins(): Promise<string[]> {
    const words = [
      '-rlF',
      ...Object.values(pins).flatMap((pin) => ['-e', pin]),
      this.tokens.lab.stateDirectory,
    ];
    const { stdout } = await execa('grep', words, { reject: false });
    return stdout.split('\n').filter((line) => line !== '');
  }

  async dispose(): Promise<void> {
    await this.up();
    await this.tokens.dispose();
  }
}

function alreadyThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
