// SPDX-License-Identifier: Apache-2.0
// An nftables table by which only one user of this machine reaches some ports on the loopback. Its holder keeps it.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { Failure } from '../../../activities/clients/failure.ts';
import { hasAll, ownerTableOf, readOwnerRule, type OwnerRuleState } from './owner-rule-state.ts';
import { elementsOf, type PortRange } from './port-ranges.ts';

/** Longest wait for the kernel to show a change, in seconds. @source measured 10 ms; a busy machine takes many times that */
const LAY_WAIT_SECONDS = 10;
const POLL_MILLISECONDS = 20;

/**
 * One transaction. Only the first packet of a connection is refused: without it there is no connection, and answers that
 * go to a port of the same number are left alone.
 * The input chain serves machines with `route_localnet`, where a neighbour could send to 127.0.0.1.
 */
function layText(table: string, userId: number, ports: readonly PortRange[], flags: string): string {
  const isFirst = 'tcp flags & (syn | ack) == syn';
  return [
    `add table inet ${table}${flags}`,
    `add set inet ${table} ports { type inet_service; flags interval; auto-merge; }`,
    `add element inet ${table} ports { ${elementsOf(ports)} }`,
    `add chain inet ${table} output { type filter hook output priority 0; policy accept; }`,
    `add chain inet ${table} input { type filter hook input priority 0; policy accept; }`,
    `add rule inet ${table} output oifname "lo" tcp dport @ports ${isFirst} meta skuid != ${userId} reject with tcp reset`,
    `add rule inet ${table} input iifname != "lo" ip daddr 127.0.0.0/8 tcp dport @ports ${isFirst} drop`,
  ].join('; ');
}

/** Tries the rule without laying it.
 * @throws Failure `PreconditionFailed` when this user or this machine cannot lay it */
export async function requireOwnerRule(stateDirectory: string, userId: number): Promise<void> {
  const way = 'or name another Temporal in TEMPORAL_ADDRESS';
  if (userId !== 0) {
    throw new Failure(
      'PreconditionFailed',
      `The embedded Temporal was not started: only root can keep other users of this machine off its ports, and this is user ${userId}`,
      { on: stateDirectory, hint: `Run it as root: sudo holdfast up; ${way}` },
    );
  }
  const input = `${layText(`${ownerTableOf(stateDirectory)}_try`, userId, [{ first: 1, last: 1 }], '')}\n`;
  const { failed, stderr, shortMessage } = await execa('nft', ['--check', '--file', '-'], {
    input,
    reject: false,
  });
  if (!failed) return;
  throw new Failure(
    'PreconditionFailed',
    'The embedded Temporal was not started: nftables does not take the rule that keeps other users off its ports',
    {
      on: stateDirectory,
      hint: `Install nftables, on a kernel that has it, then run: holdfast up; ${way}`,
      cause: new Error(stderr.trim() || shortMessage || 'nft gave no reason'),
    },
  );
}

/**
 * A rule that lives as long as its holder: the table belongs to one `nft` process, so that nobody else can change it, a
 * foreign `nft flush ruleset` leaves it alone, and it goes away with that process.
 */
export class OwnerRule {
  private constructor(
    private readonly table: string,
    private readonly nft: ChildProcessWithoutNullStreams,
    /** Resolves with what nft said when the rule is gone. */
    readonly ended: Promise<string>,
  ) {}

  /** @throws Failure `PreconditionFailed` when the kernel does not show the rule within 10 s */
  static async lay(table: string, userId: number, ports: readonly PortRange[]): Promise<OwnerRule> {
    const nft = spawn('nft', ['--interactive'], { stdio: 'pipe' });
    let said = '';
    for (const stream of [nft.stdout, nft.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(-2000)));
    nft.stdin.on('error', () => undefined);
    const ended = new Promise<string>((resolve) => {
      nft.once('error', (error) => resolve(error.message));
      nft.once('close', () => resolve(said.trim()));
    });
    const rule = new OwnerRule(table, nft, ended);
    nft.stdin.write(`${layText(table, userId, ports, ' { flags owner; }')}\n`);
    if (await rule.#shows((state) => state.userId === userId && hasAll(state, ports))) return rule;
    rule.close();
    throw new Failure(
      'PreconditionFailed',
      `The table inet ${table} of nftables, which keeps other users off the ports of Temporal, could not be laid`,
      {
        on: `table inet ${table}`,
        hint: 'Look at: nft list ruleset; a table of that name must not be there; the kernel has to know `flags owner` (5.12)',
        cause: new Error((await ended) || 'nft gave no reason'),
      },
    );
  }

  /** Makes the rule be about these ports alone. @throws Failure `Invariant` when the kernel does not show it */
  async cover(ports: readonly PortRange[]): Promise<void> {
    const { table } = this;
    this.nft.stdin.write(
      `flush set inet ${table} ports; add element inet ${table} ports { ${elementsOf(ports)} }\n`,
    );
    if (await this.#shows((state) => hasAll(state, ports))) return;
    throw new Failure(
      'Invariant',
      `The table inet ${table} of nftables did not take the ports ${elementsOf(ports)}`,
      { on: `table inet ${table}`, hint: 'Look at: nft list ruleset' },
    );
  }

  /** Lets the rule go. */
  close(): void {
    this.nft.stdin.end();
  }

  async #shows(holds: (state: OwnerRuleState) => boolean): Promise<boolean> {
    const deadlineMilliseconds = performance.now() + LAY_WAIT_SECONDS * 1000;
    while (performance.now() < deadlineMilliseconds && this.nft.exitCode === null) {
      const state = await readOwnerRule(this.table);
      if (state !== undefined && holds(state)) return true;
      await sleep(POLL_MILLISECONDS);
    }
    return false;
  }
}
