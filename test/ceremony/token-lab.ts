// SPDX-License-Identifier: Apache-2.0
// Two SoftHSM tokens with a real Temporal, worker and station, and two people with ssh keys. What it starts, it ends.
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { execa } from 'execa';
import { parse, stringify } from 'yaml';
import type { TokenAction, TokenAnswers, TokenInfo } from '../../activities/clients/token/messages.ts';
import {
  approvalMessage,
  type Approved,
  type SignedApproval,
} from '../../workflows/contracts/authority/approval.ts';
import type { AuthorityServer } from '../../workflows/contracts/authority/server-spec.ts';
import type { RootSpec } from '../../workflows/contracts/authority/authority-spec.ts';
import { updates } from '../../workflows/contracts/run/messages.ts';
import type { Progress, StepProgress } from '../../workflows/contracts/run/progress.ts';
import { Lab, root as tree } from '../system/lab.ts';
import { sshSigner } from '../activities/authority/ssh-signer.ts';

/** @source Debian's package softhsm2 */
export const softwareModule = '/usr/lib/softhsm/libsofthsm2.so';
/** Unlike anything that a path, a time or a digest holds by chance. */
export const pins = { root: '731-692-5840', intermediate: '864-209-1375' } as const;
const people = { alice: sshSigner(), bob: sshSigner() } as const;

export interface TokenLabOptions {
  /** Path of the PKCS #11 library; default SoftHSM's own. */
  readonly module?: string;
  /** Default two: no token is exchanged. */
  readonly readers?: 1 | 2;
  /** Of Temporal, worker and stations, beside their own. */
  readonly environment?: Readonly<Record<string, string>>;
}

export class TokenLab {
  readonly serials = { root: '', intermediate: '' };
  readonly #stations: ChildProcess[] = [];
  #root: RootSpec | null = null;

  private constructor(
    readonly lab: Lab,
    readonly folder: string,
    readonly environment: Readonly<Record<string, string>>,
    private readonly authority: string,
    private readonly module: string,
    private readonly readers: 1 | 2,
  ) {}

  /** Proofs that run side by side name authorities of their own: each may have a box. */
  static async create(authority = 'lab', options: TokenLabOptions = {}): Promise<TokenLab> {
    if (!existsSync(join(tree, 'node_modules', 'pkcs11js', 'build', 'Release', 'pkcs11.node')))
      await execa('npm', ['rebuild', 'pkcs11js'], { cwd: tree });
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-tokens-'));
    const configuration = join(folder, 'softhsm2.conf');
    await mkdir(join(folder, 'tokens'));
    const lines = [`directories.tokendir = ${join(folder, 'tokens')}`, 'objectstore.backend = file'];
    await writeFile(configuration, `${lines.join('\n')}\n`);
    // The log is written by test/ceremony/live/watched-module.c alone.
    const environment = { SOFTHSM2_CONF: configuration, TOKEN_LOG: join(folder, 'token.log') };
    const lab = await Lab.create(options.environment);
    const { module = softwareModule, readers = 2 } = options;
    const made = new TokenLab(lab, folder, environment, authority, module, readers);
    for (const role of ['root', 'intermediate'] as const) {
      made.serials[role] = await made.makeToken(role, pins[role]);
      await made.writePin(role, pins[role]);
    }
    return made;
  }

  async dispose(): Promise<void> {
    this.killStations();
    await this.lab.endRuns();
    await this.lab.dispose();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Of the authority of the tests, below the state directory. */
  path(...names: string[]): string {
    return join(this.lab.stateDirectory, 'authorities', this.authority, ...names);
  }

  pinFile(role: keyof typeof pins): string {
    return join(this.folder, `${role}.pin`);
  }

  /** A person's correction of a file makes another source of it. */
  async writePin(role: keyof typeof pins, pin: string): Promise<void> {
    await writeFile(this.pinFile(role), `${pin}\n`, { mode: 0o600 });
  }

  /** Returns its serial number. */
  async makeToken(label: string, pin: string): Promise<string> {
    const words = ['--init-token', '--free', '--label', label, '--so-pin', '12345678', '--pin', pin];
    await execa('softhsm2-util', words, { env: this.environment });
    const found = (await this.ask({ action: 'list' })).find((token) => token.label === label);
    return (found as TokenInfo).serial;
  }

  /** By the program that a station asks. */
  async ask<A extends TokenAction>(action: A): Promise<TokenAnswers[A['action']]> {
    const { stdout } = await execa('node', [join(tree, 'dist', 'token.js')], {
      input: JSON.stringify({ ...action, module: this.module }),
      env: this.environment,
    });
    return (JSON.parse(stdout) as { value: TokenAnswers[A['action']] }).value;
  }

  /** The program itself, as `holdfast ca station` starts it. */
  startStation(): ChildProcess {
    const pinFiles = {
      [this.serials.root]: this.pinFile('root'),
      [this.serials.intermediate]: this.pinFile('intermediate'),
    };
    const request = JSON.stringify({ work: 'serve', station: 'desk', module: this.module, pinFiles });
    const station = spawn('node', [join(tree, 'dist', 'station.js'), request], {
      env: { ...process.env, ...this.lab.environment, ...this.environment },
      stdio: 'ignore',
    });
    this.#stations.push(station);
    return station;
  }

  killStations(): void {
    for (const station of this.#stations) if (station.exitCode === null) station.kill('SIGKILL');
  }

  async holdfast(...words: string[]): Promise<string> {
    return (await this.lab.run('cli.js', words, { environment: this.environment })).stdout;
  }

  /** Makes the root at the first call, and records a spec whose intermediate has a key of its own for each generation. */
  async record(generation: number, server?: AuthorityServer): Promise<void> {
    this.#root ??= await this.#makeRoot();
    const spec = {
      apiVersion: 'holdfast/v1',
      kind: 'Authority',
      name: this.authority,
      root: this.#root,
      intermediate: {
        serial: this.serials.intermediate,
        id: (0x10 + generation).toString(16),
        label: `lab-${generation}`,
      },
      station: 'desk',
      readers: this.readers,
      approvals: 2,
      approvers: Object.entries(people).map(([name, { publicKey }]) => ({ name, key: publicKey })),
      ...(server !== undefined && { server }),
      profile: {
        subject: { commonName: `Lab Intermediate ${generation}` },
        generation,
        lifetime: '1825d',
        permitted: ['cloud.example'],
        crlUrl: 'http://ca.cloud.example/root.crl',
      },
    };
    await writeFile(join(this.folder, 'lab.yaml'), stringify(spec));
    await this.holdfast('ca', 'record', join(this.folder, 'lab.yaml'));
  }

  async #makeRoot(): Promise<RootSpec> {
    const access = ['--module', this.module, '--pin-file', `${this.serials.root}=${this.pinFile('root')}`];
    const made = await this.holdfast('ca', 'init', this.serials.root, '--common-name', 'Lab Root', ...access);
    return (parse(made) as { root: RootSpec }).root;
  }

  /** Starts a run by the command line, which exits by the code of one that goes on. */
  async start(id: string, words: readonly string[]): Promise<WorkflowHandle> {
    const environment = this.environment;
    await this.lab.run('cli.js', ['ca', ...words, '--detach'], { reject: false, environment });
    return (await this.lab.client()).workflow.getHandle(id);
  }

  /** From the profile to sealed records, with a station at work. */
  async ceremony(generation: number): Promise<Progress> {
    const handle = await this.start(`issue-ca/${this.authority}/${generation}`, ['issue', this.authority]);
    await this.approveBoth(handle, () => this.certificate(generation));
    return this.lab.endOf(handle);
  }

  async certificate(generation: number): Promise<Approved> {
    const path = this.path('ceremonies', `${generation}`, 'certificate.tbs.der');
    return { ceremony: `${this.authority}/${generation}`, digest: await digestOf(path) };
  }

  async revocation(serial: string): Promise<Approved> {
    const path = this.path('revocations', serial, 'revocation.json');
    return { revocation: `${this.authority}/${serial}`, digest: await digestOf(path) };
  }

  async approveBoth(handle: WorkflowHandle, approved: () => Promise<Approved>): Promise<void> {
    for (const [index, approver] of (['alice', 'bob'] as const).entries()) {
      const step = await this.asked(handle, `approved.${index + 1}`, 'awaiting');
      await this.approve(handle, step, approver, await approved());
      await this.asked(handle, step.id, 'changed');
    }
  }

  async approve(
    handle: WorkflowHandle,
    { id, occurrence }: StepProgress,
    approver: keyof typeof people,
    approved: Approved,
  ): Promise<void> {
    const data = signedApproval(approver, approved);
    await handle.executeUpdate(updates.resolveStep, {
      args: [{ step: id, occurrence, action: 'answer', actor: approver, reason: '', data }],
    });
  }

  /** The step once a person can answer it. */
  async asked(handle: WorkflowHandle, id: string, status: StepProgress['status']): Promise<StepProgress> {
    const stepOf = ({ steps }: Progress) => steps.find((step) => step.id === id && step.status === status);
    const progress = await this.lab.until(handle, `${id} ${status}`, (each) => stepOf(each) !== undefined);
    return stepOf(progress) as StepProgress;
  }
}

/** As `holdfast ca approve` hands it in. `signer`: whose key signs, if not the approver's. */
export function signedApproval(
  approver: keyof typeof people,
  approved: Approved,
  signer: keyof typeof people = approver,
): Record<keyof SignedApproval, string> {
  const at = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  return { approver, at, signature: people[signer].sign(approvalMessage({ ...approved, at })) };
}

async function digestOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}
