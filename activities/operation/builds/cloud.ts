// SPDX-License-Identifier: Apache-2.0
// Builds the tables of a cloud that is no box: the rotation of its credentials, and what a consumer says of one.
import {
  acknowledgementSubject,
  type AcknowledgeInput,
  type CloudSpec,
  type CloudUser,
  type RotateCloudInput,
} from '../../../workflows/contracts/cloud/cloud-spec.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { acknowledgeCredentialSteps } from '../../../workflows/operations/acknowledge-credential/steps.ts';
import { rotateCloudSteps } from '../../../workflows/operations/rotate-cloud/steps.ts';
import { recordedCloud } from '../../clients/state/recorded-clouds.ts';
import { invalid } from '../inputs.ts';
import { equalFailuresMax, toldOf, type Build } from './build.ts';
import { unrecorded } from './recorded-subject.ts';

/** @source two users at a time: more would have Keystone hash passwords on every processor while the cloud works */
const fewAtOnce = 2;

/** Of a cloud with so many users that two at a time take minutes; its Keystone answers more programs than one box has. */
const [manyUsers, manyAtOnce] = [8, 4];

const ofRotation: Build<RotateCloudInput> = async (wanted, stateDirectory) => {
  const { name, users, due, emergency, takeOver, scheduled } = wanted;
  const spec = await requireCloud(stateDirectory, name);
  const onlyDue = due || (scheduled && !emergency);
  const rotated = chosen(spec, users);
  return {
    subject: name,
    scheduled,
    steps: rotateCloudSteps(spec, { users: rotated, onlyDue, emergency, scheduled }),
    lease: `cloud/${name}`,
    takeOver,
    limit: rotated.length > manyUsers ? manyAtOnce : fewAtOnce,
    tripAfter: equalFailuresMax,
    input: { name, users, due: onlyDue, emergency },
    notify: toldOf(spec),
  };
};

const ofAcknowledgement: Build<AcknowledgeInput> = async (said, stateDirectory) => {
  const spec = await requireCloud(stateDirectory, said.name);
  const [user] = chosen(spec, [said.user]);
  if (user?.consumers.includes(said.consumer) !== true) {
    const known = user?.consumers.join(', ') ?? '';
    const message = `${said.consumer} is no consumer of ${said.user}; its spec lists ${known === '' ? 'none' : known}`;
    throw invalid([{ path: 'consumer', message }]);
  }
  const subject = acknowledgementSubject(said);
  return {
    subject,
    steps: acknowledgeCredentialSteps(spec, said),
    // Its own: a consumer speaks while a rotation runs.
    lease: `cloud/${subject}`,
    takeOver: false,
    requestedBy: said.actor,
    input: said,
  };
};

export const cloudBuilds = {
  [operations.rotateCloudCredentials.slug]: ofRotation,
  [operations.acknowledgeCredential.slug]: ofAcknowledgement,
};

/** @throws ApplicationFailure InvalidInput when no such cloud is recorded */
async function requireCloud(stateDirectory: string, name: string): Promise<CloudSpec> {
  const spec = await recordedCloud(stateDirectory, name);
  if (spec !== null) return spec;
  throw unrecorded('cloud', name);
}

/** In the order of the spec. @throws ApplicationFailure InvalidInput for a user that the spec does not list */
function chosen({ name, users }: CloudSpec, wanted: readonly string[] | null): readonly CloudUser[] {
  if (wanted === null) return users;
  const unknown = wanted.filter((user) => !users.some((each) => each.name === user));
  const listed = users.map((user) => user.name).join(', ');
  const message = `The spec of cloud ${name} has no user ${unknown.join(', ')}; it has ${listed}`;
  if (unknown.length > 0) throw invalid([{ path: 'users', message }]);
  return users.filter((user) => wanted.includes(user.name));
}
