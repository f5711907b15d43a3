// SPDX-License-Identifier: Apache-2.0
// `holdfast db migrate`: brings the databases of one service to the release of its packages; with --plan only tells what that would do.
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import {
  databaseServices,
  type DatabaseService,
} from '../../../workflows/contracts/database/database-driver.ts';
import { recordedBoxes, requireSpec } from '../../records/box-records.ts';
import { sameCommand } from '../../terminal/command-line.ts';
import { CliError } from '../../terminal/cli-error.ts';
import {
  runOptions,
  takeOverOption,
  watchOptions,
  type Command,
  type CommandContext,
  type Options,
} from '../../command.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOperation } from '../../runs/run-operation.ts';
import type { OperationRequest } from '../../runs/start-or-attach.ts';
import { exitCodeOption } from '../box/plan.ts';

export const dbMigrate: Command = {
  words: ['db', 'migrate'],
  summary: 'bring the databases of one service to the release of its packages',
  arguments: [
    { name: 'service', text: databaseServices.join(', ') },
    { name: 'box', text: 'the name of a recorded box' },
  ],
  options: [
    { flags: '--plan', text: 'only show heads, rows to migrate, and what would be stopped', group: 'Plan' },
    exitCodeOption,
    ...runOptions,
    takeOverOption,
    ...watchOptions,
  ],
  examples: ['db migrate keystone local-box --plan', 'db migrate neutron local-box'],
  run: async (context, [service = '', name = ''], options) => {
    const known = databaseServices.find((each) => each === service);
    if (known === undefined) throw await unknownService(context, service, name, options);
    const spec = await requireSpec(context, name);
    return runOperation(context, options, requestOf(known, spec, options));
  },
};

const isService = (name: string): boolean => databaseServices.some((each) => each === name);

/** Nova's databases are its own operation's: cells, hosts and programs stand between their phases. */
function requestOf(service: DatabaseService, { name }: BoxSpec, options: Options): OperationRequest {
  const takeOver = options['takeOver'] === true;
  const looks = options['plan'] === true;
  if (service === 'nova') {
    const operation = looks ? operations.novaStatus : operations.migrateNova;
    return { operation, subject: name, input: { name, takeOver } };
  }
  const operation = looks ? operations.databaseStatus : operations.migrateDatabase;
  return { operation, subject: `${name}/${service}`, input: { name, service, takeOver } };
}

async function unknownService(
  context: CommandContext,
  service: string,
  name: string,
  options: Options,
): Promise<CliError> {
  const isBox = (await recordedBoxes(context)).includes(service);
  return new CliError('usage', `There is no driver of ${JSON.stringify(service)}`, {
    details: [`drivers: ${databaseServices.join(', ')}`],
    ...(isBox && { next: sameCommand(dbMigrate, [isService(name) ? name : 'SERVICE', service], options) }),
  });
}
