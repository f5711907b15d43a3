// SPDX-License-Identifier: Apache-2.0
// Builds the tables of rotations of a box: of its service credentials, and of its own secrets.
import {
  tokenFormatOf,
  type BoxSpec,
  type NamedBoxInput,
} from '../../../workflows/contracts/box/box-spec.ts';
import type { RotateCredentialsInput } from '../../../workflows/contracts/credentials/credential.schema.ts';
import type { RotateKeysInput } from '../../../workflows/contracts/keys/key-ring.schema.ts';
import { planBox, type ServiceUser } from '../../../workflows/box/plan.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { rotateAdministratorSteps } from '../../../workflows/operations/rotate-admin/steps.ts';
import { rotateCredentialsSteps } from '../../../workflows/operations/rotate-credentials/steps.ts';
import { rotateKeysSteps } from '../../../workflows/operations/rotate-keys/steps.ts';
import { invalid } from '../inputs.ts';
import { equalFailuresMax, factsOf, recordedSpec, toldOf, type Build } from './build.ts';

/** @source two users at a time: more would have Keystone hash passwords on every processor while the cloud works */
const stepsAtOnce = 2;

const ofRotation: Build<RotateCredentialsInput> = async (wanted, stateDirectory) => {
  const { name, users, due, emergency, takeOver, scheduled } = wanted;
  const spec = await recordedSpec(stateDirectory, name);
  const plan = planBox(spec, await factsOf(spec, stateDirectory));
  const onlyDue = due || (scheduled && !emergency);
  const request = { users: chosen(spec, plan.serviceUsers, users), onlyDue, emergency, scheduled };
  return {
    subject: name,
    scheduled,
    steps: rotateCredentialsSteps(plan, request),
    lease: name,
    takeOver,
    limit: stepsAtOnce,
    tripAfter: equalFailuresMax,
    input: { name, users, due: onlyDue, emergency },
    notify: toldOf(spec),
  };
};

const ofKeys: Build<RotateKeysInput> = async (wanted, stateDirectory) => {
  const { name, due, emergency, takeOver, scheduled } = wanted;
  const spec = await recordedSpec(stateDirectory, name);
  const plan = planBox(spec, await factsOf(spec, stateDirectory));
  const format = tokenFormatOf(spec);
  const { kind = format } = wanted;
  if (kind !== format) {
    const message = `Box ${name} makes its tokens by ${format}; next: holdfast credentials rotate ${name} --kind ${format}`;
    throw invalid([{ path: 'kind', message }]);
  }
  return {
    subject: name,
    steps: rotateKeysSteps(plan, { begins: !due, emergency }),
    lease: name,
    takeOver,
    scheduled,
    input: { name, kind, due, emergency },
    notify: toldOf(spec),
  };
};

const ofAdministrator: Build<NamedBoxInput> = async ({ name, takeOver }, stateDirectory) => {
  const spec = await recordedSpec(stateDirectory, name);
  const plan = planBox(spec, await factsOf(spec, stateDirectory));
  const steps = rotateAdministratorSteps(plan);
  return { subject: name, steps, lease: name, takeOver, input: { name }, notify: toldOf(spec) };
};

export const credentialBuilds = {
  [operations.rotateAdministratorPassword.slug]: ofAdministrator,
  [operations.rotateServiceCredentials.slug]: ofRotation,
  [operations.rotateKeystoneKeys.slug]: ofKeys,
};

/** @throws ApplicationFailure InvalidInput for a user that the box does not have */
function chosen(
  { name }: BoxSpec,
  present: readonly ServiceUser[],
  wanted: readonly string[] | null,
): readonly ServiceUser[] {
  if (present.length === 0) {
    const message = `Box ${name} has no service but identity: no service user logs in to it`;
    throw invalid([{ path: 'name', message }]);
  }
  const unknown = (wanted ?? []).filter((user) => !present.some((each) => each === user));
  const message = `Box ${name} has no service user ${unknown.join(', ')}; it has ${present.join(', ')}`;
  if (unknown.length > 0) throw invalid([{ path: 'users', message }]);
  return wanted === null ? present : present.filter((user) => wanted.includes(user));
}
