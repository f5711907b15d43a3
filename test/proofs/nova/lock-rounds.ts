// SPDX-License-Identifier: Apache-2.0
// Rounds of two askers for one database lock: one overtaken by another's lease, or one whose lock is lost while it works.
// Every command is a tool of its own name that writes down when it meets a second one of that name.
import { setTimeout as pause } from 'node:timers/promises';
import { DurableCommands, type FencingToken } from '../../../activities/hosts/durable-command.ts';
import { Failure } from '../../../activities/clients/failure.ts';
import { boxHost, type Host } from '../../../activities/hosts/host.ts';
import { giveBack, take } from '../../../activities/hosts/lease.ts';
import { localBox } from '../../../activities/hosts/local-box.ts';
import { ageLease } from '../../system/aged-lease.ts';
import { leaseInside } from '../../../activities/hosts/places.ts';
import { query } from '../../../activities/clients/postgres/sql.ts';

const folder = '/run/holdfast-proof';
/** Above every epoch of a lease: those count seconds. */
const epochMax = 2 ** 40;

export type RoundEnd = 'refused' | 'overtook' | 'waited' | 'lost' | 'finished';

/** One lock with its two askers; lanes with other numbers do not meet it. */
export class Lane {
  readonly host: Host;
  readonly #tool: string;
  #round = 0;

  constructor(
    readonly box: string,
    readonly lane: number,
    /** False: the commands ask for no lock, as if it were not there. */
    readonly isLocked = true,
  ) {
    this.host = boxHost(box);
    this.#tool = `proof-${lane}`;
  }

  async prepare(): Promise<void> {
    await this.host.output(['mkdir', '-p', `${folder}/two/lease`]);
    await this.host.output(['sh', '-c', `echo 0 > ${folder}/two/lease/epoch`]);
    await this.host.output(['cp', '/bin/dash', `${folder}/${this.#tool}`]);
  }

  /** Askers on one machine share its files and its lease; those of two machines share the database alone. */
  #commands(machine: 'one' | 'two'): DurableCommands {
    const lease = machine === 'one' ? leaseInside : `${folder}/two/lease`;
    return new DurableCommands(localBox(this.box), `${folder}/${machine}`, lease);
  }

  #command(seconds: number) {
    const met = `[ "$(pgrep -xc ${this.#tool})" = 1 ] || echo ${this.#tool} >> ${folder}/overlaps`;
    return {
      argv: [`${folder}/${this.#tool}`, '-c', `${met}; sleep ${seconds}; ${met}`],
      exclusive: [],
      ...(this.isLocked && { databaseLock: `db:${this.#tool}` }),
    };
  }

  #fencingToken(epoch: number): FencingToken {
    return { step: `step-${this.lane}`, epoch, occurrence: 1, attempt: 1 };
  }

  async #end(commands: DurableCommands, key: string) {
    for (;;) {
      const report = await commands.wait(key, 5);
      if (report.state !== 'running') return commands.result(key, report);
    }
  }

  /** A run that was frozen wakes up behind another that has taken the lease, and starts what it was about to. */
  async zombie(): Promise<RoundEnd> {
    const commands = this.#commands('one');
    this.#round += 1;
    const nonce = `${Date.now()}-${this.#round}`;
    const request = (name: string) => ({
      target: this.box,
      nonce: `${name}-${nonce}`,
      namespace: name,
      workflowId: `proof/${name}`,
      takeOver: true,
    });
    const live = async () => (await commands.live()).length;
    const old = await take(request('old'), live);
    if (old.outcome !== 'taken') throw new Error(`Nobody held the lease: ${JSON.stringify(old)}`);
    const begin = (name: string, epoch: number) =>
      commands.start(`${this.#tool}-${name}-${nonce}`, this.#fencingToken(epoch), this.#command(0.2)).then(
        () => true,
        (error: unknown) => {
          if (error instanceof Failure && error.code === 'Conflict') return false;
          throw error;
        },
      );
    // Frozen right before its start, or not at all: it finds its lease taken, or the other one finds its command running.
    await ageLease(this.box, 61);
    const late = pause(this.#round % 2 === 0 ? 0 : 200).then(() => begin('old', old.epoch));
    const [hasBegun, next] = await Promise.all([late, take(request('new'), live)]);
    const hasFollowed = next.outcome === 'taken' && (await begin('new', next.epoch));
    if (hasBegun) await this.#end(commands, `${this.#tool}-old-${nonce}`);
    if (hasFollowed) await this.#end(commands, `${this.#tool}-new-${nonce}`);
    await giveBack(this.box, next.outcome === 'taken' ? next.epoch : old.epoch);
    if (next.outcome !== 'taken') return 'waited';
    return hasBegun ? 'overtook' : 'refused';
  }

  /** The server frees the lock of a command that still works, and another machine waits for it. */
  async loss(): Promise<RoundEnd> {
    const [one, two] = [this.#commands('one'), this.#commands('two')];
    this.#round += 1;
    const key = (machine: string) => `${this.#tool}-${machine}-${Date.now()}-${this.#round}`;
    const [first, second] = [key('one'), key('two')];
    // Longer than anything takes on a busy machine; with its lock it is ended long before.
    await one.start(first, this.#fencingToken(epochMax), this.#command(this.isLocked ? 60 : 8));
    while ((await this.host.run(['pgrep', '-x', this.#tool])).exitCode !== 0) {
      const { state, stderrTail } = await one.wait(first, 0.1);
      if (state !== 'running') throw new Error(`The first command was not seen: ${state} ${stderrTail}`);
    }
    await two.start(second, this.#fencingToken(epochMax), this.#command(0.2));
    const holder = `application_name = 'holdfast ${first}'`;
    await query(
      this.host,
      'postgres',
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${holder}`,
    );
    const [lost, waited] = [await this.#end(one, first), await this.#end(two, second)];
    if (waited.exitCode !== 0)
      throw new Error(`The second command ended with ${waited.exitCode}: ${waited.stderrTail}`);
    return lost.databaseLock === 'lost' ? 'lost' : 'finished';
  }

  /** How often a command met another of its name. */
  async overlaps(): Promise<number> {
    const { stdout } = await this.host.run(['grep', '-cx', this.#tool, `${folder}/overlaps`]);
    return Number(stdout.trim() || '0');
  }

  static async clean(box: string): Promise<void> {
    await boxHost(box).output(['rm', '-rf', folder]);
  }
}
