// SPDX-License-Identifier: Apache-2.0
// The first activity of every run: decodes and parses the input, has its table built. Applies nothing.
import { randomBytes } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/activity';
import type { Compiled } from '../../workflows/contracts/run/messages.ts';
import type { CompiledTable } from '../../workflows/contracts/run/table.ts';
import type { OperationPort } from '../../workflows/ports/run/operation.ts';
import { operations, type Slug } from '../../workflows/operations/index.ts';
import { inputParserOf } from '../../workflows/operations/inputs.schema.ts';
import { asStepFailure } from '../clients/failure.ts';
import type { Clients } from '../clients/index.ts';
import { ending } from '../step-scope.ts';
import { authorityBuilds } from './builds/authority.ts';
import { boxBuilds } from './builds/box.ts';
import { accept, digest, type Build, type Builds, type Built, type Surroundings } from './builds/build.ts';
import { bundleBuilds } from './builds/bundle.ts';
import { caServerBuilds } from './builds/ca-server.ts';
import { canaryBuilds } from './builds/canary.ts';
import { cloudBuilds } from './builds/cloud.ts';
import { credentialBuilds } from './builds/credentials.ts';
import { drillBuilds } from './builds/drill.ts';
import { updateBuilds } from './builds/updates.ts';
import { databaseBuilds } from './builds/database.ts';
import { mirrorBuilds } from './builds/mirror.ts';
import { decode, invalid } from './inputs.ts';

/** @source 4: independent steps of one box share its disk and 2 cores; more only made each of them slower */
const stepsAtOnce = 4;

/**
 * After so long a silence a step gives up, so that the lease is free for what brings its host back.
 * @source a box boots within 45 s on two busy processors; what waits longer for a box that somebody else boots is answered
 * by one command
 */
export const unreachableSeconds = 60;

type Known = (typeof operations)[keyof typeof operations];

const builds: Builds<Slug> = {
  ...boxBuilds,
  ...databaseBuilds,
  ...canaryBuilds,
  ...credentialBuilds,
  ...cloudBuilds,
  ...authorityBuilds,
  ...caServerBuilds,
  ...drillBuilds,
  ...updateBuilds,
  ...mirrorBuilds,
  ...bundleBuilds,
};

export function compileActivities({ stateDirectory, pip }: Clients): Pick<OperationPort, 'compile'> {
  return {
    compile: async ({ operation, payloads }): Promise<Compiled> => {
      const raw = decode(payloads);
      const record = Object.values(operations).find(({ slug }) => slug === operation);
      if (record === undefined)
        throw invalid([{ path: 'operation', message: `There is no operation ${operation}` }]);
      const built = await build(record, raw, stateDirectory, { pip }).catch((error: unknown) => {
        throw refusal(error);
      });
      const { subject, steps, lease, takeOver, input, notify, limit = stepsAtOnce } = built;
      const { kind } = record;
      const table: CompiledTable = {
        operation,
        subject,
        steps,
        limit,
        unreachableSeconds,
        lease,
        takeOver,
        inputDigest: digest(JSON.stringify(input)),
        ...(notify !== undefined && { notify }),
        ...(kind !== 'box' && { kind }),
        ...(built.requestedBy !== undefined && { requestedBy: built.requestedBy }),
        ...(built.correctedBy !== undefined && { correctedBy: built.correctedBy }),
        ...(built.tripAfter !== undefined && { tripAfter: built.tripAfter }),
        ...(built.scheduled === true && { scheduled: true }),
        ...(built.whenDiffers !== undefined && { whenDiffers: built.whenDiffers }),
      };
      return { table, nonce: randomBytes(8).toString('hex') };
    },
  };
}

/** @throws ApplicationFailure InvalidInput for an input that the operation does not take */
function build(
  operation: Known,
  raw: unknown,
  stateDirectory: string,
  surroundings: Surroundings,
): Promise<Built> {
  const input = accept(inputParserOf(operation)(raw));
  // The parser and the build of an operation agree by their types, which TypeScript does not follow over a union.
  return (builds[operation.slug] as Build<unknown>)(input, stateDirectory, surroundings);
}

/** What a record or this machine refuses, it refuses again: Temporal must not repeat it for ever. */
function refusal(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  return ending(asStepFailure(error, 'the records of this machine'));
}
