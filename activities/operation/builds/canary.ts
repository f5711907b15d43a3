// SPDX-License-Identifier: Apache-2.0
// Builds the table of a canary.
import { boxOfTestCloud, type CanaryInput } from '../../../workflows/contracts/canary/canary.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { canarySteps } from '../../../workflows/operations/canary/steps.ts';
import { recordedSpec as readSpec } from '../../clients/state/recorded-specs.ts';
import { toldOf, type Build } from './build.ts';

const ofCanary: Build<CanaryInput> = async ({ scheduled, ...request }, stateDirectory) => {
  const { cloud } = request;
  // Interactive canaries print their result; only scheduled ones notify those whom the spec of the box names.
  const box = scheduled ? boxOfTestCloud(cloud) : null;
  const spec = box === null ? null : await readSpec(stateDirectory, box);
  const notify = spec === null ? undefined : toldOf(spec);
  return {
    subject: cloud,
    steps: canarySteps(request),
    lease: null,
    takeOver: false,
    input: request,
    notify,
  };
};

export const canaryBuilds = { [operations.canary.slug]: ofCanary };
