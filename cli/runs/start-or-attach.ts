// SPDX-License-Identifier: Apache-2.0
// Starts an operation, or attaches to the run that has the same input, or refuses with the difference.
import { parseInstallBox } from '../../workflows/contracts/box/inputs.schema.ts';
import { inputParserOf } from '../../workflows/operations/inputs.schema.ts';
import { CliError } from '../terminal/cli-error.ts';
import type { CommandContext } from '../command.ts';
import { inputDifferences, type InputDifference } from './input-difference.ts';
import type { Operation } from '../../workflows/contracts/run/operation.ts';
import { operationId } from '../../workflows/operations/index.ts';
import type { TemporalClient } from '../temporal/temporal-client.ts';
import { wantedSpecOf } from '../records/wanted-spec.ts';
import type { WatchedRun } from './watched-run.ts';

export interface OperationRequest {
  readonly operation: Operation;
  readonly subject: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Ends a run of the same id that has another input, and starts when it has ended. */
  readonly replaces?: boolean;
  /** The command that does so, for the refusal. */
  readonly replaceCommand?: string;
}

/** @throws CliError (exit 2) naming every path at which the running input differs, and the command that goes on from there */
export async function startOrAttach(
  context: CommandContext,
  client: TemporalClient,
  request: OperationRequest,
): Promise<WatchedRun> {
  const { operation, subject, input } = request;
  const id = operationId(operation, subject);
  const { type } = operation;
  const summary = `${operation.summary} ${subject}`;
  // Twice: a run that ends between the refusal and the look at it leaves room for ours.
  for (let attempt = 1; ; attempt += 1) {
    const started = await client.start({ type, id, input, summary });
    if (started.started) return { id, runId: started.runId, type, how: 'started' };
    const running = await client.describe(id);
    if (running !== null && running.status === 'running') {
      const differences = await differencesWith(context, client, request, id, running.runId);
      if (differences.length === 0) return { id, runId: running.runId, type, how: 'attached' };
      if (request.replaces !== true || attempt === 2) throw otherInput(request, id, differences);
      await endRun(context, client, id, running.runId);
      continue;
    }
    if (attempt === 2)
      throw new CliError('failed', `${id} could not be started: runs of it end and begin just now`);
  }
}

/** The run that is there, for --attach. @throws CliError (exit 2) when none runs */
export async function attachOnly(
  client: TemporalClient,
  operation: Operation,
  subject: string,
): Promise<WatchedRun> {
  const id = operationId(operation, subject);
  const running = await client.describe(id);
  if (running === null)
    throw new CliError('usage', `There is no run ${id}; nothing was started`, { next: 'holdfast op list' });
  if (running.status !== 'running') {
    throw new CliError('usage', `${id} does not run: it is ${running.status}; nothing was started`);
  }
  return { id, runId: running.runId, type: operation.type, how: 'attached' };
}

/** Longest wait for a run to end, seconds. @source commands that run are waited for: a build of an image is the longest */
const endSeconds = 1800;

/** Asks a run to end at a safe point, and waits until it has. */
async function endRun(
  { io }: CommandContext,
  client: TemporalClient,
  id: string,
  runId: string,
): Promise<void> {
  io.stderr.write(`${id} runs with another input: it is asked to end; commands that run are waited for\n`);
  await client.cancel(id, runId);
  const until = io.now() + endSeconds * 1000;
  while (io.now() < until) {
    if ((await client.describe(id, runId))?.status !== 'running') return;
    await io.sleep(500);
  }
  throw new CliError('failed', `${id} has not ended; nothing was started`, {
    next: `holdfast op watch ${id}`,
  });
}

async function differencesWith(
  context: CommandContext,
  client: TemporalClient,
  { operation, input }: OperationRequest,
  id: string,
  runId: string,
): Promise<InputDifference[]> {
  const theirs = await client.inputOf(id, runId);
  return inputDifferences(
    await comparable(context, operation, theirs),
    await comparable(context, operation, input),
  );
}

function otherInput(
  { replaceCommand }: OperationRequest,
  id: string,
  differences: readonly InputDifference[],
): CliError {
  return new CliError('usage', `${id} runs already, with another input; nothing was started`, {
    details: differences.map(({ path, theirs, ours }) => `${path}: runs with ${theirs}, asked for ${ours}`),
    next: replaceCommand === undefined ? `holdfast op cancel ${id}` : replaceCommand,
  });
}

/**
 * Parsed, so that defaults left out are no difference, and with the spec that is named. Without the means of getting in, and without
 * the spec that was there before: by the same spec the same is made true.
 */
async function comparable(context: CommandContext, operation: Operation, raw: unknown): Promise<unknown> {
  const parsed = inputParserOf(operation)(raw);
  if (!parsed.ok) return raw;
  const input = { ...parsed.value, takeOver: undefined, base: undefined };
  const install = parseInstallBox(raw);
  const spec = install.ok ? await wantedSpecOf(context, install.value) : undefined;
  return spec === undefined ? input : { spec };
}
