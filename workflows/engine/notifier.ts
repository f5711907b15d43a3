// SPDX-License-Identifier: Apache-2.0
// Tells a person once for each park, again and again of what awaits a person, and once for a scheduled look that saw a difference. Never holds up or fails a run.
import type { RowFailure } from '../contracts/run/errors.ts';
import type { Notice, NotifyResult } from '../contracts/run/notice.ts';
import { waitsForPerson, type Report } from '../contracts/run/progress.ts';
import type { EnginePorts } from '../ports/engine.ts';
import type { RowState, TableState } from './table-state.ts';

export class Notifier {
  /** Rows with their occurrences that were told of. */
  readonly #told = new Set<string>();
  #count = 0;

  constructor(
    private readonly state: TableState,
    private readonly ports: EnginePorts,
  ) {}

  /** Does nothing when every row that is parked or awaits a person was told of already. */
  async parked(): Promise<void> {
    const parked = this.state.rows.filter(waitsForPerson);
    const fresh = parked.filter((row) => !this.#told.has(waitOf(row)));
    const [first] = fresh;
    if (first === undefined) return;
    for (const row of fresh) this.#told.add(waitOf(row));
    const more = parked.length === 1 ? '' : ` (and ${parked.length - 1} more parked)`;
    const nextCommand = this.state.progress().nextCommand ?? `holdfast op show ${this.ports.workflowId}`;
    await this.#send(first.row.id, `${causeOf(first.failure)}${more}`, nextCommand);
  }

  /** Of a step that awaits a person still. */
  async remind(step: RowState): Promise<void> {
    this.#told.add(waitOf(step));
    await this.#send(step.row.id, causeOf(step.failure), this.state.commandFor(step));
  }

  /** Of a scheduled run that ended by itself: nobody watched it. */
  async failed(failure: RowFailure): Promise<void> {
    const row = this.state.rows.find(({ status }) => status === 'failed')?.row.id ?? '';
    await this.#send(row, causeOf(failure), `holdfast op show ${this.ports.workflowId}`);
  }

  async measuredBad(row: string, failure: RowFailure, where: string): Promise<void> {
    await this.#send(row, `${where}: ${causeOf(failure)}`, `holdfast op show ${this.ports.workflowId}`);
  }

  async differs({ rows }: Report): Promise<void> {
    const differing = rows.filter(({ verdict }) => verdict !== 'same');
    const [first] = differing;
    if (first === undefined) return;
    const [difference] = first.differences;
    const what =
      difference === undefined
        ? causeOf(first.failure)
        : `${difference.what}: ${difference.have}, wanted ${difference.want}`;
    const more = differing.length === 1 ? '' : ` (and ${differing.length - 1} more rows)`;
    await this.#send(first.id, `${what}${more}`, `holdfast op show ${this.ports.workflowId}`);
  }

  async #send(row: string, cause: string, nextCommand: string): Promise<void> {
    const { notify: target, operation, subject: name, kind = 'box' } = this.state.table;
    if (target === undefined) return;
    const { workflowId } = this.ports;
    const subject = { kind, name };
    const box = kind === 'box' ? { box: name } : {};
    const notice: Notice = { subject, ...box, operation, workflowId, row, cause, nextCommand };
    this.#count += 1;
    const result = await this.ports
      .activity({
        id: `notify/send/${this.#count}`,
        call: { activity: 'sendNotice', args: { target, notice } },
        context: null,
        profile: 'look',
        summary: `notify: ${row}`,
        cancellable: true,
      })
      .then((answer) => answer as NotifyResult)
      .catch(() => ({ outcome: 'failed', cause: 'ended without a result' }) as const);
    this.state.notification = { at: new Date(this.ports.now()).toISOString(), row, ...result };
    this.state.touch();
  }
}

/** Names one wait of a row. */
function waitOf({ row, occurrence }: RowState): string {
  return `${row.id}/${occurrence}`;
}

function causeOf(failure: RowFailure | undefined): string {
  if (failure === undefined) return 'no cause is known';
  const { message, cause } = failure;
  return cause === undefined ? message : `${message}: ${cause}`;
}
