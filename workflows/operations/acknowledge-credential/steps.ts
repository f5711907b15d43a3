// SPDX-License-Identifier: Apache-2.0
// An acknowledgement as a table of one step. Pure.
import { table } from '../../contracts/run/build-table.ts';
import type { AcknowledgeInput, CloudSpec } from '../../contracts/cloud/cloud-spec.ts';
import { credentialCloudOf } from '../../contracts/cloud/credential-cloud.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { effect } from '../../ports/index.ts';

export function acknowledgeCredentialSteps(spec: CloudSpec, input: AcknowledgeInput): CompiledStep[] {
  const { user, consumer, generation, actor } = input;
  const args = { ...credentialCloudOf(spec), user: { name: user }, consumer, generation, actor };
  return table({
    acknowledged: {
      title: `Use of generation ${generation} of ${user} by ${consumer} recorded`,
      onFailure: 'fail',
      ...effect('observeAcknowledgement', 'recordAcknowledgement', args),
    },
  });
}
