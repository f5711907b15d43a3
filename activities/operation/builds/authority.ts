// SPDX-License-Identifier: Apache-2.0
// Builds the tables of an authority from its recorded spec: a ceremony, the next CRL, a revocation.
import { join } from 'node:path';
import { approversBeside } from '../../../workflows/contracts/authority/approval.ts';
import {
  ceremonySubject,
  daysOf,
  type AuthoritySpec,
  type IssueCaInput,
} from '../../../workflows/contracts/authority/authority-spec.ts';
import {
  revocationSubject,
  type CrlRequest,
  type IssueCrlInput,
  type RevokeInput,
} from '../../../workflows/contracts/authority/root-crl.ts';
import { activationFile, serverBox } from '../../../workflows/contracts/authority/server.ts';
import { publishArgs } from '../../../workflows/box/authority/model.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { issueCrlSteps, revokeSteps, type CrlPlan } from '../../../workflows/operations/issue-crl/steps.ts';
import { issueCaSteps } from '../../../workflows/operations/issue-ca/steps.ts';
import { namesIn, readText } from '../../clients/state/local-files.ts';
import { crlState } from '../../clients/ca/root-crls.ts';
import { dataDirectory } from '../../hosts/places.ts';
import { invalid } from '../inputs.ts';
import { toldOf, type Build } from './build.ts';
import { requireAuthority, requireUnchanged } from './recorded-subject.ts';

/** @source one: a station has one person, and does one thing at a time */
const stepsAtOnce = 1;

const ofCeremony: Build<IssueCaInput> = async (wanted, stateDirectory) => {
  const { name, generation, requestedBy, takeOver } = wanted;
  const spec = await wantedSpec(stateDirectory, wanted);
  requireApprovers(spec, requestedBy);
  const request = {
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
    steps: issueCaSteps({ request, station: spec.station, readers: spec.readers }),
    lease: `authority/${name}`,
    takeOver,
    limit: stepsAtOnce,
    requestedBy,
    input: { name, generation, specDigest: wanted.specDigest },
    notify: toldOf(spec),
  };
};

const ofCrl: Build<IssueCrlInput> = async (input, stateDirectory) => {
  const { name, daysLeft, requestedBy, scheduled, takeOver } = input;
  const { spec } = await requireAuthority(stateDirectory, name);
  const days = daysOf(spec.profile.crlLifetime) ?? 0;
  // It would be due again as soon as it is signed.
  if (daysLeft >= days)
    throw invalid([
      { path: 'daysLeft', message: `A CRL of this authority lasts ${days} days: name fewer than that` },
    ]);
  const by = requestedBy ?? 'schedule';
  const request = crlRequest(spec, { daysLeft, revoke: null, mayBeFirst: !scheduled, requestedBy: by });
  return {
    subject: name,
    steps: issueCrlSteps(await crlPlan(spec, request, stateDirectory)),
    lease: `authority/${name}`,
    takeOver,
    scheduled,
    limit: stepsAtOnce,
    input: { name, daysLeft },
    notify: toldOf(spec),
    ...(requestedBy !== undefined && { requestedBy }),
  };
};

const ofRevocation: Build<RevokeInput> = async (input, stateDirectory) => {
  const { name, serial, why, requestedBy, takeOver } = input;
  const { spec } = await requireAuthority(stateDirectory, name);
  requireApprovers(spec, requestedBy);
  const request = crlRequest(spec, { daysLeft: 1, revoke: serial, mayBeFirst: true, requestedBy });
  const { approvals, approvers } = spec;
  const plan = await crlPlan(spec, request, stateDirectory);
  return {
    subject: revocationSubject(name, serial),
    steps: revokeSteps(plan, { authority: name, serial, why, approvals, approvers, requestedBy }),
    lease: `authority/${name}`,
    takeOver,
    limit: stepsAtOnce,
    requestedBy,
    input: { name, serial },
    notify: toldOf(spec),
  };
};

/** @throws invalid input where nobody could ever approve it: who requests it does not count */
function requireApprovers({ name, approvers, approvals }: AuthoritySpec, requestedBy: string): void {
  const people = approversBeside(approvers, requestedBy);
  if (approvers.length === 0 || people.length >= approvals) return;
  const message = `${approvals} approvals are needed, and beside ${requestedBy} only ${people.length} may approve for ${name}: have another person request it, or name more approvers`;
  throw invalid([{ path: 'requestedBy', message }]);
}

const crlRequest = (
  { name, root, profile }: AuthoritySpec,
  of: Pick<CrlRequest, 'daysLeft' | 'revoke' | 'mayBeFirst' | 'requestedBy'>,
): CrlRequest => ({
  authority: name,
  root,
  lifetime: profile.crlLifetime,
  daysLeft: of.daysLeft,
  revoke: of.revoke,
  mayBeFirst: of.mayBeFirst,
  requestedBy: of.requestedBy,
});

/** While nothing is due nobody has to be at a station. A box that serves nothing yet, or is made anew, gets all at its activation. */
async function crlPlan(spec: AuthoritySpec, request: CrlRequest, stateDirectory: string): Promise<CrlPlan> {
  const { station, server } = spec;
  const { isDone } = await crlState(stateDirectory, request, Date.now());
  const isActivated = (await readText(join(stateDirectory, activationFile(spec.name)))) !== null;
  const isServed = isActivated && (await namesIn(dataDirectory(serverBox(spec.name)))).length > 0;
  const publish = server === undefined || !isServed ? null : publishArgs(spec, server);
  return { request, station, publish, isDue: !isDone };
}

export const authorityBuilds = {
  [operations.issueIntermediateCa.slug]: ofCeremony,
  [operations.planIntermediateCa.slug]: ofCeremony,
  [operations.issueRootCrl.slug]: ofCrl,
  [operations.revokeCertificate.slug]: ofRevocation,
};

/** @throws ApplicationFailure InvalidInput when the recorded spec is not the one that the input names */
async function wantedSpec(stateDirectory: string, input: IssueCaInput): Promise<AuthoritySpec> {
  const { generation } = input;
  const spec = await requireUnchanged(stateDirectory, input);
  if (spec.profile.generation !== generation)
    throw invalid([
      { path: 'generation', message: `The recorded spec is for generation ${spec.profile.generation}` },
    ]);
  return spec;
}
