// SPDX-License-Identifier: Apache-2.0
// One host as the activities see it: short commands, files, durable commands. Knows nothing of boxes or services.
import type { HostRef } from '../../workflows/contracts/run/subject.ts';
import { Failure } from '../clients/failure.ts';
import { DurableCommands, hostRefusal, type FencingToken } from './durable-command.ts';
import { localBox } from './local-box.ts';
import { boxDirectory, insideDirectory, leaseDirectory, leaseInside } from './places.ts';
import fenceScript from './scripts/fence.sh';
import readFiles from './scripts/read-files.sh';
import writeFiles from './scripts/write-files.sh';
import { base64 } from './shell-words.ts';
import { thisMachine, type CommandOutcome, type RunOptions, type Transport } from './transport.ts';

export interface FileState {
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  readonly content: string;
}

export interface WantedFile extends FileState {
  readonly path: string;
}

export class Host {
  readonly commands: DurableCommands;

  constructor(
    private readonly transport: Transport,
    /** Where jobs, fences and locks of this host lie. */
    readonly baseDirectory: string,
    private readonly leasePath: string,
  ) {
    this.commands = new DurableCommands(transport, baseDirectory, leasePath);
  }

  get name(): string {
    return this.transport.name;
  }

  /** Runs one short command; any exit code is a result. @throws Failure Unreachable */
  run(argv: readonly string[], options?: RunOptions): Promise<CommandOutcome> {
    return this.transport.run(argv, options);
  }

  /** Runs one short command that has to succeed, and returns its stdout. @throws Failure Unreachable, Rejected */
  async output(argv: readonly string[], options?: RunOptions): Promise<string> {
    const outcome = await this.run(argv, options);
    // A script's text is no message: its name, the word after it, is.
    const what = argv[1] === '-c' ? (argv[3] ?? 'a script') : argv.slice(0, 3).join(' ');
    if (outcome.exitCode !== 0) throw hostRefusal(this.name, what, outcome);
    return outcome.stdout;
  }

  /** The state of each file, in order; null for one that is absent. */
  async readFiles(paths: readonly string[]): Promise<(FileState | null)[]> {
    const text = await this.output(['sh', '-c', readFiles, 'reading files'], {
      stdin: paths.map((path) => `${path}\n`).join(''),
    });
    const lines = text.split('\n');
    return paths.map((_, index) => parseFile(lines[index] ?? 'absent'));
  }

  /** Runs a short script that changes something, behind the fence; returns its stdout. @throws Failure Conflict when overtaken */
  change(caller: FencingToken, script: string, name: string, stdin: string): Promise<string> {
    const { step, epoch, occurrence, attempt } = caller;
    const argv = [this.baseDirectory, this.leasePath, step, ...[epoch, occurrence, attempt].map(String)];
    return this.output(['sh', '-c', fenceScript + script, name, ...argv], { stdin });
  }

  /** Writes the files that differ, each atomically; returns the paths written. @throws Failure Conflict when overtaken */
  async writeFiles(caller: FencingToken, files: readonly WantedFile[]): Promise<string[]> {
    if (files.length === 0) return [];
    const lines = files.map(({ mode, owner, group, path, content }) =>
      [mode, owner, group, base64(path), base64(content)].join(' '),
    );
    const written = await this.change(caller, writeFiles, 'writing files', `${lines.join('\n')}\n`);
    return written.split('\n').filter(Boolean);
  }
}

/** This machine, for the work of one box: jobs and fences lie beside the box. */
export function machineHost(box: string): Host {
  return new Host(thisMachine, boxDirectory(box), leaseDirectory(box));
}

/** @throws Failure Invariant for a kind of host that there is not yet */
export function hostOf(ref: HostRef): Host {
  const [kind, ...rest] = ref.split(':');
  const name = rest.join(':');
  if (kind === 'box') return boxHost(name);
  if (kind === 'machine') return machineHost(name);
  throw new Failure('Invariant', `There is no way to the host ${ref}`, { on: ref });
}

/** The inside of a local box. */
export function boxHost(box: string): Host {
  return new Host(localBox(box), insideDirectory, leaseInside);
}

function parseFile(line: string): FileState | null {
  const [mode, owner, group, content] = line.split(' ');
  if (mode === undefined || owner === undefined || group === undefined) return null;
  return { mode, owner, group, content: Buffer.from(content ?? '', 'base64').toString() };
}
