// SPDX-License-Identifier: Apache-2.0
// Tells people what no run can tell: that nothing runs, or that a scheduled run did not begin. Never throws.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { causeLine } from '../../../activities/clients/failure.ts';
import { tellAll, waysOf } from '../../../activities/notify/notice.ts';
import { boxOfTestCloud } from '../../../workflows/contracts/canary/canary.ts';
import type { Notice, NotifyWays } from '../../../workflows/contracts/run/notice.ts';
import { subjectFolders, type Subject, type SubjectKind } from '../../../workflows/contracts/run/subject.ts';
import { operationOfType } from '../../../workflows/operations/index.ts';
import { missedSince, type OverdueSchedule } from './overdue-schedules.ts';

/** Kinds whose specs name who is told. */
const toldKinds: readonly SubjectKind[] = ['box', 'site', 'authority', 'cloud'];

export class OutageNotices {
  /** What was told of already. A watch that begins anew tells once more. */
  readonly #told = new Set<string>();
  #outageIsTold = false;

  /** `say` gets a line for each notice, and for what kept one from going out. `pausesSeconds`: see `tellAll()`. */
  constructor(
    private readonly stateDirectory: string,
    private readonly say: (text: string) => void,
    private readonly pausesSeconds?: readonly number[],
  ) {}

  /** Tells all whom any recorded spec names, each once, until `over()`. */
  async outage(cause: string): Promise<void> {
    if (this.#outageIsTold) return;
    this.#outageIsTold = true;
    const told = new Set<string>();
    for (const subject of await this.#subjects()) {
      const ways = await waysOf(this.stateDirectory, { subject });
      const key = JSON.stringify(ways);
      if ('why' in ways || told.has(key)) continue;
      told.add(key);
      await this.#send(ways, {
        subject,
        operation: 'watch',
        workflowId: '',
        step: 'watch',
        cause,
        nextCommand: 'holdfast doctor',
      });
    }
  }

  over(): void {
    this.#outageIsTold = false;
  }

  /** Tells of each turn that was missed once, those whom the spec of its subject names. */
  async overdue(schedules: readonly OverdueSchedule[]): Promise<void> {
    for (const schedule of schedules) {
      const { id, type, lastAt } = schedule;
      const key = `${id} ${lastAt ?? ''}`;
      if (this.#told.has(key)) continue;
      this.#told.add(key);
      const subject = { kind: operationOfType(type)?.kind ?? 'box', name: id.slice(id.indexOf('/') + 1) };
      const ways = await waysOf(this.stateDirectory, { subject: recordedOf(subject) });
      if ('why' in ways) continue;
      await this.#send(ways, {
        subject,
        operation: id.slice(0, id.indexOf('/')),
        workflowId: '',
        step: 'schedule',
        cause: `Scheduled runs of ${id} did not begin: ${missedSince(schedule)}`,
        nextCommand: 'holdfast doctor',
      });
    }
  }

  async #send(ways: NotifyWays, notice: Notice): Promise<void> {
    const about = `${notice.subject.kind} ${notice.subject.name}`;
    const { outcome, cause = '' } = await tellAll(ways, notice, this.pausesSeconds);
    this.say(
      outcome === 'sent'
        ? `told those whom ${about} names: ${notice.cause}`
        : `could not tell those whom ${about} names: ${cause}`,
    );
  }

  async #subjects(): Promise<Subject[]> {
    const found = await Promise.all(
      toldKinds.map(async (kind) => {
        const folder = join(this.stateDirectory, subjectFolders[kind]);
        const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOENT') this.say(`${folder} cannot be read: ${causeLine(error)}`);
          return [];
        });
        return names.sort().map((name) => ({ kind, name }));
      }),
    );
    return found.flat();
  }
}

/** The subject whose spec says who is told: a cloud has none of its own. */
function recordedOf({ kind, name }: Subject): Subject {
  return kind === 'cloud' ? { kind: 'box', name: boxOfTestCloud(name) ?? name } : { kind, name };
}
