// SPDX-License-Identifier: Apache-2.0
// Builds the tables of an update of a box, and of the report before it.
import type { NamedBoxInput } from '../../../workflows/contracts/box/box-spec.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { revertUpdateSteps } from '../../../workflows/operations/revert-update/steps.ts';
import { planUpdateSteps, updateBoxSteps } from '../../../workflows/operations/update-box/steps.ts';
import { installSteps, ofRecordedBox } from './box.ts';
import { factsOf, recordedSpec, requireNamedRevision, toldOf, type Build } from './build.ts';

const ofPlanUpdate: Build<NamedBoxInput> = async ({ name, scheduled }, stateDirectory) => {
  const spec = await recordedSpec(stateDirectory, name);
  await requireNamedRevision(spec, stateDirectory);
  const steps = planUpdateSteps(
    spec,
    await factsOf(spec, stateDirectory),
    await installSteps(spec, stateDirectory),
  );
  // A person who asks sees the report; only a scheduled one notifies.
  const notify = scheduled ? toldOf(spec) : undefined;
  return { subject: name, steps, lease: null, takeOver: false, input: spec, whenDiffers: 'notify', notify };
};

const ofUpdate: Build<NamedBoxInput> = (input, stateDirectory, surroundings) =>
  ofRecordedBox(async (spec) => {
    await requireNamedRevision(spec, stateDirectory);
    return updateBoxSteps(
      spec,
      await factsOf(spec, stateDirectory),
      await installSteps(spec, stateDirectory),
      input.scheduled,
    );
  })(input, stateDirectory, surroundings);

const ofRevert: Build<NamedBoxInput> = ofRecordedBox(async (spec, stateDirectory) =>
  revertUpdateSteps(spec.name, await installSteps(spec, stateDirectory)),
);

export const updateBuilds = {
  [operations.updateBox.slug]: ofUpdate,
  [operations.revertUpdate.slug]: ofRevert,
  [operations.planUpdate.slug]: ofPlanUpdate,
};
