// SPDX-License-Identifier: Apache-2.0
// The first activity of every run: decodes and parses the input, has its table built. Applies nothing.
import { randomBytes } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/activity';
import type { Compiled } from '../../workflows/contracts/run/messages.ts';
import type { CompiledTable } from '../../workflows/contracts/run/table.ts';
import type { OperationPort } from '../../workflows/ports/operation.ts';
import { asRowFailure } from '../clients/failure.ts';
import type { Clients } from '../clients/index.ts';
import { ending } from '../row-scope.ts';
import { boxBuilds } from './builds/box.ts';
import { digest, type Build } from './builds/build.ts';
import { canaryBuilds } from './builds/canary.ts';
import { credentialBuilds } from './builds/credentials.ts';
import { databaseBuilds } from './builds/database.ts';
import { decode, invalid } from './inputs.ts';

/** @source 4: independent rows of one box share its disk and 2 cores; more only made each of them slower */
const rowsAtOnce = 4;

/**
 * After so long a silence a row gives up, so that the lease is free for what brings its host back.
 * @source a box boots within 45 s on two busy processors, PostgreSQL starts again within 30 s; twice that and more
 */
const unreachableSeconds = 120;

const builds: Readonly<Record<string, Build>> = {
  ...boxBuilds,
  ...databaseBuilds,
  ...canaryBuilds,
  ...credentialBuilds,
};

export function compileActivities({ stateDirectory }: Clients): Pick<OperationPort, 'compile'> {
  return {
    compile: async ({ operation, payloads }): Promise<Compiled> => {
      const raw = decode(payloads);
      const build = builds[operation];
      if (build === undefined)
        throw invalid([{ path: 'operation', message: `There is no operation ${operation}` }]);
      const built = await build(raw, stateDirectory).catch((error: unknown) => {
        throw refusal(error);
      });
      const { subject, rows, lease, takeOver, input, notify, limit = rowsAtOnce } = built;
      const table: CompiledTable = {
        operation,
        subject,
        rows,
        limit,
        unreachableSeconds,
        lease,
        takeOver,
        inputDigest: digest(JSON.stringify(input)),
        ...(notify !== undefined && { notify }),
        ...(built.kind !== undefined && { kind: built.kind }),
        ...(built.scheduled === true && { scheduled: true }),
        ...(built.whenDiffers !== undefined && { whenDiffers: built.whenDiffers }),
      };
      return { table, nonce: randomBytes(8).toString('hex') };
    },
  };
}

/** What a record or this machine refuses, it refuses again: Temporal must not repeat it for ever. */
function refusal(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  return ending(asRowFailure(error, 'the records of this machine'));
}
