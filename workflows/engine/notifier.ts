// SPDX-License-Identifier: Apache-2.0
// Tells a person once for each park, again and again of what awaits a person, and once for a scheduled look that saw a difference. Never holds up or fails a run.
import type { StepFailure } from '../contracts/run/errors.ts';
import type { Notice, NotifyResult } from '../contracts/run/notice.ts';
import { waitsForPerson, type Report } from '../contracts/run/progress.ts';
import type { EnginePorts } from '../ports/run/engine.ts';
import type { StepState, TableState } from './table-state.ts';

export class Notifier {
  /** Steps with their occurrences that a notice was sent for. */
  readonly #notified = new Set<string>();
  #count = 0;

  constructor(
    private readonly state: TableState,
    private readonly ports: EnginePorts,
  ) {}

  /** Does nothing when a notice was sent for every step that is parked or awaits a person. */
  async parked(): Promise<void> {
    const parked = this.state.steps.filter(waitsForPerson);
    const fresh = parked.filter((step) => !this.#notified.has(waitOf(step)));
    const [first] = fresh;
    if (first === undefined) return;
    for (const step of fresh) this.#notified.add(waitOf(step));
    const more = parked.length === 1 ? '' : ` (and ${parked.length - 1} more parked)`;
    const nextCommand = this.state.progress().nextCommand ?? `holdfast op show ${this.ports.workflowId}`;
    await this.#send(first.step.id, `${causeOf(first.failure)}${more}`, nextCommand);
  }

  /** Of a step that awaits a person still. */
  async remind(step: StepState): Promise<void> {
    this.#notified.add(waitOf(step));
    await this.#send(step.step.id, causeOf(step.failure), this.state.commandFor(step));
  }

  /** Of a scheduled run that ended by itself: it has no watcher. */
  async failed(failure: StepFailure): Promise<void> {
    const step = this.state.steps.find(({ status }) => status === 'failed')?.step.id ?? '';
    await this.#send(step, causeOf(failure), `holdfast op show ${this.ports.workflowId}`);
  }

  async measuredBad(step: string, failure: StepFailure, where: string): Promise<void> {
    await this.#send(step, `${where}: ${causeOf(failure)}`, `holdfast op show ${this.ports.workflowId}`);
  }

  async differs({ steps }: Report): Promise<void> {
    const differing = steps.filter((step) => step.verdict !== 'same');
    const [first] = differing;
    if (first === undefined) return;
    const [difference] = first.differences;
    const what =
      difference === undefined
        ? causeOf(first.failure)
        : `${difference.what}: ${difference.have}, wanted ${difference.want}`;
    const more = differing.length === 1 ? '' : ` (and ${differing.length - 1} more steps)`;
    await this.#send(first.id, `${what}${more}`, `holdfast op show ${this.ports.workflowId}`);
  }

  async #send(step: string, cause: string, nextCommand: string): Promise<void> {
    const { notify: target, operation, subject: name, kind = 'box' } = this.state.table;
    if (target === undefined) return;
    const { workflowId } = this.ports;
    const subject = { kind, name };
    const box = kind === 'box' ? { box: name } : {};
    const notice: Notice = { subject, ...box, operation, workflowId, step, cause, nextCommand };
    this.#count += 1;
    const result = await this.ports
      .activity({
        id: `notify/send/${this.#count}`,
        call: { activity: 'sendNotice', args: { target, notice } },
        context: null,
        profile: 'look',
        summary: `notify: ${step}`,
        cancellable: true,
      })
      .then((answer) => answer as NotifyResult)
      .catch(() => ({ outcome: 'failed', cause: 'ended without a result' }) as const);
    this.state.notification = { at: new Date(this.ports.now()).toISOString(), step, ...result };
    this.state.touch();
  }
}

/** Names one wait of a step. */
function waitOf({ step, occurrence }: StepState): string {
  return `${step.id}/${occurrence}`;
}

function causeOf(failure: StepFailure | undefined): string {
  if (failure === undefined) return 'no cause is known';
  const { message, cause } = failure;
  return cause === undefined ? message : `${message}: ${cause}`;
}
