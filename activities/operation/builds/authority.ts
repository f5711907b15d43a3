// SPDX-License-Identifier: Apache-2.0
// Builds the table of a ceremony from the recorded spec of its authority.
import {
  ceremonySubject,
  type AuthoritySpec,
  type IssueCaInput,
} from '../../../workflows/contracts/authority/authority-spec.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { issueCaSteps } from '../../../workflows/operations/issue-ca/steps.ts';
import { recordedAuthority } from '../../clients/state/recorded-authorities.ts';
import { invalid } from '../inputs.ts';
import { toldOf, type Build } from './build.ts';

/** @source one: a station has one person, and does one thing at a time */
const stepsAtOnce = 1;

const ofCeremony: Build<IssueCaInput> = async (wanted, stateDirectory) => {
  const { name, generation, requestedBy, takeOver } = wanted;
  const spec = await wantedSpec(stateDirectory, wanted);
  const wish = {
    authority: name,
    generation,
    root: spec.root,
    intermediate: spec.intermediate,
    profile: spec.profile,
    approvals: spec.approvals,
    approvers: spec.approvers,
    requestedBy,
  };
  return {
    subject: ceremonySubject(name, generation),
    steps: issueCaSteps({ wish, station: spec.station }),
    lease: `authority/${name}`,
    takeOver,
    limit: stepsAtOnce,
    requestedBy,
    input: { name, generation, specDigest: wanted.specDigest },
    notify: toldOf(spec),
  };
};

export const authorityBuilds = {
  [operations.issueIntermediateCa.slug]: ofCeremony,
  [operations.planIntermediateCa.slug]: ofCeremony,
};

/** @throws ApplicationFailure InvalidInput when the recorded spec is not the one that the input names */
async function wantedSpec(
  stateDirectory: string,
  { name, generation, specDigest }: IssueCaInput,
): Promise<AuthoritySpec> {
  const recorded = await recordedAuthority(stateDirectory, name);
  if (recorded === null)
    throw invalid([{ path: 'name', message: `There is no authority ${name} in this state directory` }]);
  const { spec, digest } = recorded;
  if (digest !== specDigest)
    throw invalid([
      {
        path: 'specDigest',
        message: `The recorded spec of ${name} has the digest ${digest}: it was changed`,
      },
    ]);
  if (spec.profile.generation !== generation)
    throw invalid([
      { path: 'generation', message: `The recorded spec is for generation ${spec.profile.generation}` },
    ]);
  return spec;
}
