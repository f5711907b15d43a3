// SPDX-License-Identifier: Apache-2.0
// One ceremony by the real engine, table and activities, with everything going wrong that a seed decides. No server, no waiting.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ceremonyActivities } from '../../../activities/authority/activities.ts';
import { CrlRecords, reservedNumbers } from '../../../activities/clients/ca/crl-records.ts';
import { unreachableSeconds } from '../../../activities/operation/compile.ts';
import type { Clients } from '../../../activities/clients/index.ts';
import { signatureFault } from '../../../activities/clients/ca/signed.ts';
import { stationActivities } from '../../../activities/station/activities.ts';
import type { Progress, StepProgress } from '../../../workflows/contracts/run/progress.ts';
import { waitsForPerson } from '../../../workflows/contracts/run/progress.ts';
import type { CompiledTable } from '../../../workflows/contracts/run/table.ts';
import { TableRun } from '../../../workflows/engine/run-table.ts';
import { UnattendedQueue } from '../../../workflows/ports/run/unattended-queue.ts';
import { issueCaSteps } from '../../../workflows/operations/issue-ca/steps.ts';
import type { EngineCall, EnginePorts } from '../../../workflows/ports/run/engine.ts';
import { ref, verification } from '../../activities/authority/rehearsal.ts';
import { carryOut } from './activity-call.ts';
import { FuzzedPerson, type PersonCounts } from './fuzzed-person.ts';
import { FuzzedStation, type StationCounts } from './fuzzed-station.ts';
import { Dice, VirtualTime } from './virtual-time.ts';

export interface FuzzResult extends StationCounts, PersonCounts {
  readonly seed: number;
  /** What must never be, in words; empty when all is well. */
  readonly faults: readonly string[];
  /** Runs that were cancelled and begun anew. */
  restarts: number;
  /** Calls whose worker was killed after they were carried out. */
  lostWorkers: number;
  /** Times that Temporal was down, from half a minute to a night: nothing is heard of what is done and answered meanwhile. */
  outages: number;
  /** Of the longest run, at most: six events for a call, five for a timer, six for an answer, and two for each time it shows itself. */
  events: number;
  readonly hours: number;
}

/** @source a person who acts so often on one ceremony would have called somebody */
const actsMax = 600;

type Activities = Readonly<Record<string, (args: unknown, context: unknown) => Promise<unknown>>>;

export async function fuzzedCeremony(seed: number): Promise<FuzzResult> {
  const dice = new Dice(seed);
  const time = new VirtualTime();
  time.install();
  const station = await FuzzedStation.create(dice);
  try {
    return await new FuzzedCeremony(seed, dice, time, station).run();
  } finally {
    time.uninstall();
    await station.rehearsal.remove();
  }
}

class FuzzedCeremony {
  readonly #person: FuzzedPerson;
  readonly #table: CompiledTable;
  readonly #released = new Map<string, Set<string>>();
  readonly #began: number;
  #pending = 0;
  #epoch = 0;
  #events = 0;
  #mostEvents = 0;
  #restarts = 0;
  #lostWorkers = 0;
  #outages = 0;
  #hasWaited = false;
  #cancel: () => void = () => undefined;

  constructor(
    private readonly seed: number,
    private readonly dice: Dice,
    private readonly time: VirtualTime,
    private readonly station: FuzzedStation,
  ) {
    this.#began = time.now();
    this.#person = new FuzzedPerson(station, time, dice);
    this.#table = {
      operation: 'issue-ca',
      subject: 'lab/1',
      kind: 'authority',
      requestedBy: 'carol',
      steps: issueCaSteps({
        request: station.rehearsal.request,
        station: 'desk',
        readers: dice.happens(0.25) ? 2 : 1,
      }),
      limit: 1,
      unreachableSeconds,
      lease: 'authority/lab',
      takeOver: false,
      inputDigest: 'd',
    };
  }

  async run(): Promise<FuzzResult> {
    let faults: string[] = [];
    for (let acts = 0; ; this.#restarts += 1) {
      const { progress, acts: more } = await this.#oneRun(acts);
      acts = more;
      this.#mostEvents = Math.max(this.#mostEvents, this.#events);
      if (progress.phase === 'done') break;
      if (progress.phase !== 'cancelled' || acts > actsMax) {
        faults = [`it did not go on: ${progress.phase}, ${JSON.stringify(progress.failure)}`];
        break;
      }
    }
    return {
      seed: this.seed,
      faults: [...faults, ...(faults.length === 0 ? await this.#faults() : [])],
      ...this.station.counts,
      ...this.#person.counts,
      restarts: this.#restarts,
      lostWorkers: this.#lostWorkers,
      outages: this.#outages,
      events: this.#mostEvents,
      hours: Math.round((this.time.now() - this.#began) / 3_600_000),
    };
  }

  /** Until its end. People act, or time passes, whenever nothing else goes on. */
  async #oneRun(before: number): Promise<{ progress: Progress; acts: number }> {
    let acts = before;
    this.#events = 0;
    const run = new TableRun(this.#table, this.#ports(), this.seed.toString(16).padStart(16, '0'));
    let end: Progress | null = null;
    const ended = run.run().then((progress) => (end = progress));
    for (;;) {
      await this.#quiet();
      if (end !== null) return { progress: await ended, acts };
      const waiting = run.progress().steps.filter(waitsForPerson);
      const [step] = waiting;
      if (step === undefined || (acts > 0 && this.dice.happens(0.4))) {
        if (!this.time.next() && step === undefined)
          throw new Error(`Seed ${this.seed}: nothing goes on; ${JSON.stringify(run.progress())}`);
        if (step?.status === 'awaiting' && !this.#hasWaited && this.dice.happens(0.5)) {
          // Nobody comes for three days, once in a ceremony.
          this.#hasWaited = true;
          await this.#pass(72);
        }
        continue;
      }
      acts += 1;
      this.#events += 6;
      if (acts > actsMax || this.dice.happens(0.01)) {
        this.#cancel();
        this.time.wakeAll();
        if (acts > actsMax) return { progress: { ...(await ended), failure: stuck(step) }, acts };
        continue;
      }
      await this.#person.act(run, step);
    }
  }

  async #pass(hours: number): Promise<void> {
    const until = this.time.now() + hours * 3_600_000;
    while (this.time.now() < until && this.time.next()) await this.#quiet();
  }

  /** Until no call is carried out and nothing follows from the last one. */
  async #quiet(): Promise<void> {
    for (let turns = 0; turns < 4; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#pending > 0) turns = -1;
    }
  }

  #ports(): EnginePorts {
    let cancel: () => void = () => undefined;
    const cancelRequested = new Promise<void>((resolve) => (cancel = resolve));
    this.#cancel = cancel;
    let giveBack: () => void = () => undefined;
    return {
      workflowId: 'issue-ca/lab/1',
      cancelRequested,
      now: () => this.time.now(),
      publish: () => {
        this.#events += 2;
      },
      sleep: (seconds) => {
        this.#events += 5;
        return this.time.sleep(seconds);
      },
      activity: async (call) => {
        this.#events += 6;
        if (call.id.startsWith('notify/')) return { outcome: 'sent' };
        if (call.id.startsWith('lease/take'))
          return { outcome: 'taken', epoch: (this.#epoch += 1), previousEpoch: this.#epoch - 1 };
        if (call.id.startsWith('lease/give-back')) {
          giveBack();
          return { outcome: 'given-back' };
        }
        if (call.id.startsWith('lease/keep'))
          return new Promise((resolve) => (giveBack = () => resolve({ outcome: 'given-back' })));
        if (call.id.includes('/stop/')) return null;
        this.#pending += 1;
        return this.#carriedOut(call).finally(() => (this.#pending -= 1));
      },
    };
  }

  async #carriedOut(call: EngineCall): Promise<unknown> {
    const { queue } = call.call;
    for (let attempt = 1; ; attempt += 1) {
      if (queue !== undefined && !this.station.isUp) {
        await this.#asleep(60);
        if (!this.station.isUp) throw new UnattendedQueue(queue);
      }
      const result = await this.#attempt(call, attempt);
      await this.#watch();
      if (queue !== undefined && this.station.hasDied) {
        // Temporal notices after the heartbeat; somebody starts the station again, or nobody does.
        this.station.isUp = false;
        if (this.dice.happens(0.5)) this.station.startAgain();
        continue;
      }
      if (this.dice.happens(0.02)) {
        await this.#beDown();
        continue;
      }
      if (queue === undefined && this.dice.happens(0.05)) {
        this.#lostWorkers += 1;
        continue;
      }
      return result;
    }
  }

  /** Temporal hears of nothing: what was just carried out is given out again afterwards. */
  async #beDown(): Promise<void> {
    this.#outages += 1;
    this.#person.isHeard = false;
    await this.#asleep(this.dice.pick([30, 3600, 36_000]));
    this.#person.isHeard = true;
  }

  /** Nothing goes on meanwhile, so that time passes. */
  async #asleep(seconds: number): Promise<void> {
    this.#pending -= 1;
    await this.time.sleep(seconds);
    this.#pending += 1;
  }

  #attempt({ call: { activity, args, queue }, context }: EngineCall, attempt: number): Promise<unknown> {
    const { rehearsal, present } = this.station;
    if (activity === 'observeVerification' || activity === 'verifyCertificate')
      return this.#verified(activity === 'verifyCertificate');
    const clients = { stateDirectory: rehearsal.state, cacheDirectory: rehearsal.state } as Clients;
    const activities = (queue === undefined
      ? ceremonyActivities(clients)
      : stationActivities(present)) as unknown as Activities;
    const found = activities[activity];
    if (found === undefined) throw new Error(`There is no activity ${activity}`);
    // Without the lease of a real authority, which lies outside its records.
    return carryOut(found, args, { ...(context as object), lease: null }, attempt);
  }

  /** The programs that judge are another test's. */
  async #verified(isChange: boolean): Promise<unknown> {
    const { records } = this.station.rehearsal;
    if (isChange) {
      await records.offer('verification', verification);
      return { outcome: 'applied' };
    }
    const difference = { what: 'verification', have: 'none', want: 'some' };
    const isThere = (await records.verification()) !== null;
    const differences = isThere ? [] : [difference];
    return { verdict: isThere ? 'same' : 'differs', digest: '0', count: differences.length, differences };
  }

  /** What anybody could have read by now. */
  async #watch(): Promise<void> {
    const { records, state } = this.station.rehearsal;
    const seen = (what: string, bytes: Uint8Array | null): void => {
      if (bytes === null) return;
      const all = this.#released.get(what) ?? new Set();
      this.#released.set(what, all.add(Buffer.from(bytes).toString('base64')));
    };
    seen('certificate', await records.bytes('certificate'));
    for (const number of await reservedNumbers(state, ref.authority))
      seen(`CRL ${number}`, await new CrlRecords(state, ref.authority, number).bytes('crl'));
  }

  async #faults(): Promise<string[]> {
    const { records, root } = this.station.rehearsal;
    const faults: string[] = [];
    for (const [what, all] of this.#released)
      if (all.size > 1) faults.push(`${all.size} signatures over ${what} were released`);
    const [certificate, toBeSigned] = [
      await records.require('certificate'),
      await records.require('toBeSigned'),
    ];
    const fault = signatureFault('certificate', certificate, toBeSigned, root.keys.publicKey);
    if (fault !== null) faults.push(`the certificate is signed ${fault}`);
    faults.push(...(await this.station.misplaced()));
    const sent = this.station.wrongPinsSent;
    if (new Set(sent).size !== sent.length) faults.push(`a wrong PIN was sent twice: ${sent.join(', ')}`);
    if (this.#mostEvents >= 4000) faults.push(`a history of up to ${this.#mostEvents} events`);
    const approvals = await approversIn(join(records.folder, 'approvals'));
    if (approvals.some((name) => name === 'carol')) faults.push('who requested it approved it');
    return faults;
  }
}

const stuck = ({ id, failure }: StepProgress) => ({
  code: 'Invariant' as const,
  message: `stuck at ${id}: ${failure?.message ?? ''} ${failure?.cause ?? ''}`,
  on: id,
  hint: '',
});

async function approversIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return files.map((text) => (JSON.parse(text) as { approver: string }).approver);
}
