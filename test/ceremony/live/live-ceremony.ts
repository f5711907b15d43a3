// SPDX-License-Identifier: Apache-2.0
// One ceremony on real tokens while Temporal, worker and station are killed by SIGKILL at moments that a seed decides. Says what must never be.
import { createHash, X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import type { KeyRecord } from '../../../workflows/contracts/authority/ceremony.ts';
import type { RootSpec } from '../../../workflows/contracts/authority/authority-spec.ts';
import { waitsForPerson, type Progress } from '../../../workflows/contracts/run/progress.ts';
import { Dice } from '../fuzz/virtual-time.ts';
import { LivePerson, type LivePersonCounts } from './live-person.ts';
import { liveAuthority, type LiveStation } from './live-station.ts';
import { waitedHours } from './waited-time.ts';

export interface LiveResult extends LivePersonCounts {
  readonly seed: number;
  /** In words; empty when all is well. */
  readonly faults: readonly string[];
  readonly kills: Readonly<Record<'temporal' | 'worker' | 'station', number>>;
  readonly pulls: number;
  /** Steps whose token was pulled while they were at it. */
  readonly pulledIn: readonly string[];
  readonly wrongPins: number;
  /** In which nobody came, by the run's own time. */
  readonly waitedHours: number;
  /** Of its history, as Temporal counts them. */
  readonly events: number;
  readonly seconds: number;
}

/** @source a calm ceremony takes half a minute; one through ten kills and three days of waiting took below six */
const endSeconds = 1200;
const eventsMax = 4000;
/** Nobody comes so long, in each fourth ceremony. */
const restHours = 72;
/** @source three days take three minutes */
const restSecondsMax = 480;
/** @source enough for each process more than once, and the ceremony still ends */
const disturbancesMax = 12;
/** What a token does; each ceremony has the token of one of them pulled while it is at it. */
const tokenSteps = [
  'crl',
  'imported',
  'token.back',
  'certificate',
  'key',
  'request',
  'token.root',
  'token.intermediate',
] as const;

export class LiveCeremony {
  readonly #dice: Dice;
  readonly #released = new Map<string, Set<string>>();
  readonly #kills = { temporal: 0, worker: 0, station: 0 };
  readonly #pulledIn: string[] = [];
  #pulls = 0;
  #wrongPins = 0;
  #waited = 0;
  #isOver = false;
  #progress: Progress | null = null;

  constructor(
    private readonly station: LiveStation,
    private readonly generation: number,
    private readonly seed: number,
  ) {
    this.#dice = new Dice(seed);
  }

  async run(): Promise<LiveResult> {
    const { tokens } = this.station;
    const begun = Date.now();
    await tokens.record(this.generation);
    await this.station.plug('intermediate');
    // A station that was just started knows no PIN yet.
    await this.station.endStation();
    if (this.#dice.happens(0.5)) await this.#mistype();
    this.station.startStation();
    const handle = await tokens.start(`issue-ca/${liveAuthority}/${this.generation}`, [
      'issue',
      liveAuthority,
    ]);
    const certificate = () => tokens.certificate(this.generation);
    const person = new LivePerson(this.station, handle, certificate, this.#dice);
    const watch = this.#watch();
    const pull = this.#pullAt(tokenSteps[this.generation % tokenSteps.length] ?? 'key');
    const disturb = this.#disturb();
    const phase = await this.#toItsEnd(handle, person);
    this.#isOver = true;
    await Promise.all([watch, pull, disturb]);
    await this.station.up();
    const { historyLength: events } = await handle.describe();
    return {
      seed: this.seed,
      faults: phase === 'COMPLETED' ? await this.#faults(events) : [`it did not end: ${phase}`],
      ...person.counts,
      kills: this.#kills,
      pulls: this.#pulls,
      pulledIn: this.#pulledIn,
      wrongPins: this.#wrongPins,
      waitedHours: Math.round(this.#waited),
      events,
      seconds: Math.round((Date.now() - begun) / 1000),
    };
  }

  async #mistype(): Promise<void> {
    this.#wrongPins += 1;
    await this.station.mistypePin(this.#dice);
  }

  /** Returns the status of the run at its end, or what it waited for when the time was over. */
  async #toItsEnd(handle: WorkflowHandle, person: LivePerson): Promise<string> {
    const deadline = Date.now() + endSeconds * 1000;
    let isToRest = this.generation % 4 === 1;
    for (;;) {
      const status = await handle.describe().then(
        (found) => found.status.name,
        () => 'unknown',
      );
      if (status !== 'RUNNING' && status !== 'unknown') return status;
      this.#progress = await this.station.tokens.lab.progress(handle);
      const waiting = this.#progress?.steps.find(waitsForPerson);
      if (Date.now() > deadline) return `${status}, ${JSON.stringify(waiting ?? this.#progress)}`;
      if (waiting?.status === 'awaiting' && isToRest) {
        await this.#rest(handle);
        // Once it went on by itself, the next wait is as good.
        isToRest = this.#waited < restHours;
      } else if (waiting !== undefined) await person.act(waiting);
      await pause(200);
    }
  }

  /** Nobody comes, until so many hours passed for the run, or it goes on by itself. */
  async #rest(handle: WorkflowHandle): Promise<void> {
    const deadline = Date.now() + restSecondsMax * 1000;
    const before = await waitedHours(handle);
    while (this.#waited < restHours && Date.now() < deadline) {
      await pause(2000);
      // A program that somebody restarts; nobody sees to its tokens.
      this.station.startStation();
      this.#progress = await this.station.tokens.lab.progress(handle);
      // What is parked looks at nothing by itself: time would pass for nobody.
      const isAwaited = this.#progress?.steps.some(({ status }) => status === 'awaiting') ?? true;
      if (!isAwaited) return;
      this.#waited = Math.max(this.#waited, (await waitedHours(handle)) - before);
    }
  }

  /** One process or token after another, with pauses, until there were enough of them. */
  async #disturb(): Promise<void> {
    for (let count = 0; count < disturbancesMax && !this.#isOver; count += 1) {
      await this.#pause(1500 + this.#dice.roll() * 7000);
      if (this.#isOver) return;
      const what = this.#dice.pick(['temporal', 'temporal', 'worker', 'worker', 'station', 'pull'] as const);
      if (what === 'pull') await this.#pull();
      else if (what === 'station') await this.#killStation();
      else await this.#kill(what);
    }
  }

  async #kill(what: 'temporal' | 'worker'): Promise<void> {
    this.#kills[what] += 1;
    await this.station.kill(what);
    await pause(this.#dice.roll() * 3000);
    await this.station.up();
  }

  async #killStation(): Promise<void> {
    if (!this.station.isStationUp) return;
    this.#kills.station += 1;
    this.station.killStation();
    if (this.#dice.happens(0.3)) await this.#mistype();
    // Else a person starts it, once the run asks for it.
    if (this.#dice.happens(0.6)) this.station.startStation();
  }

  async #pull(): Promise<void> {
    const at = this.#progress?.steps.find(({ status }) => inWork.has(status));
    this.#pulls += 1;
    if (at !== undefined) this.#pulledIn.push(at.id);
    await this.station.plug(...(this.#dice.happens(0.3) ? (['stranger'] as const) : []));
  }

  /** Once, while the step is at it. */
  async #pullAt(step: string): Promise<void> {
    while (!this.#isOver) {
      const at = this.#progress?.steps.find(({ id }) => id === step);
      if (at !== undefined && inWork.has(at.status)) {
        this.#pulls += 1;
        this.#pulledIn.push(step);
        return this.station.plug();
      }
      await pause(50);
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    const until = Date.now() + milliseconds;
    while (Date.now() < until && !this.#isOver) await pause(100);
  }

  /** What anybody could have read at any time. */
  async #watch(): Promise<void> {
    while (!this.#isOver) {
      await this.#look();
      await pause(50);
    }
    await this.#look();
  }

  async #look(): Promise<void> {
    const { tokens } = this.station;
    const ceremony = tokens.path('ceremonies', `${this.generation}`);
    const crls = await readdir(tokens.path('crls')).catch(() => []);
    const paths = [
      join(ceremony, 'certificate.der'),
      join(ceremony, 'station', 'certificate.signature'),
      ...crls.map((number) => tokens.path('crls', number, 'crl.der')),
    ];
    for (const path of paths) {
      const bytes = await readFile(path).catch(() => null);
      if (bytes === null) continue;
      const digest = createHash('sha256').update(bytes).digest('hex');
      this.#released.set(path, (this.#released.get(path) ?? new Set()).add(digest));
    }
  }

  async #faults(events: number): Promise<string[]> {
    const { tokens } = this.station;
    const faults: string[] = [];
    for (const [path, all] of this.#released)
      if (all.size > 1) faults.push(`${all.size} signatures were released as ${path}`);
    const file = (name: string): string => tokens.path('ceremonies', `${this.generation}`, name);
    const { root } = JSON.parse(await readFile(tokens.path('spec.json'), 'utf8')) as { root: RootSpec };
    const certificate = new X509Certificate(await readFile(file('certificate.der')));
    const pinned = new X509Certificate(root.certificate);
    if (!certificate.verify(pinned.publicKey))
      faults.push('the certificate is not signed by the pinned root');
    faults.push(...(await this.#keyFaults(certificate, file('key.json'))), ...(await this.#pinFaults()));
    faults.push(...(await this.#importFaults(certificate)));
    if (events >= eventsMax) faults.push(`a history of ${events} events`);
    return faults;
  }

  /** Each key is where it has to be: one for each ceremony, the root's, and none on another's token. */
  async #keyFaults(certificate: X509Certificate, recorded: string): Promise<string[]> {
    await this.station.plug('root', 'intermediate', 'stranger');
    const key = JSON.parse(await readFile(recorded, 'utf8')) as KeyRecord;
    const made = await this.station.keysOn('intermediate');
    const [ofRoot, ofStranger] = [await this.station.keysOn('root'), await this.station.keysOn('stranger')];
    const spki = certificate.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const holders = made.filter(({ publicKey }) => publicKey === spki);
    const faults: string[] = [];
    if (key.publicKey !== spki) faults.push('the certificate is of another key than the one on record');
    if (holders.length !== 1) faults.push(`${holders.length} keys of the certificate are on its token`);
    if (made.length !== this.generation) faults.push(`${made.length} keys are on the token`);
    if (ofRoot.length !== 1) faults.push(`${ofRoot.length} keys are on the token of the root`);
    if (ofStranger.length !== 0) faults.push(`${ofStranger.length} keys are on another token`);
    return faults;
  }

  /** Each ceremony left one certificate, beside its key; none is on another's token. */
  async #importFaults({ raw }: X509Certificate): Promise<string[]> {
    const there = await this.station.certificatesOn('intermediate');
    const own = there.filter(({ certificate }) => certificate === raw.toString('base64'));
    const ofRoot = await this.station.certificatesOn('root');
    const ofStranger = await this.station.certificatesOn('stranger');
    const faults: string[] = [];
    if (own.length !== 1) faults.push(`the certificate is on its token ${own.length} times`);
    if (there.length !== this.generation) faults.push(`${there.length} certificates are on the token`);
    if (ofRoot.length !== 1) faults.push(`${ofRoot.length} certificates are on the token of the root`);
    if (ofStranger.length !== 0) faults.push(`${ofStranger.length} certificates are on another token`);
    return faults;
  }

  async #pinFaults(): Promise<string[]> {
    const refused = (await this.station.calls()).filter(({ what, isTaken }) => what === 'login' && !isTaken);
    const sent = refused.map(({ serial, number }) => `${serial} ${number}`);
    const twice = sent.filter((each, index) => sent.indexOf(each) !== index);
    return twice.map((each) => `a wrong PIN reached a token twice: ${each}`);
  }
}

const inWork: ReadonlySet<string> = new Set(['observing', 'applying', 'verifying']);

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
