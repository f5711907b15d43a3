// SPDX-License-Identifier: Apache-2.0
// IssueRootCrl and RevokeCertificate as tables: a number, hands at a station, one signature, verifiers, a seal. Pure.
import { approvalQuestion, approversBeside } from '../../contracts/authority/approval.ts';
import type { CrlRef, CrlRequest } from '../../contracts/authority/root-crl.ts';
import type { PublishArgs } from '../../contracts/authority/server.ts';
import { remindSeconds, tokenQuestion } from '../../contracts/authority/token-question.ts';
import { table, type StepOptions } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import type { RevocationRequest } from '../../ports/authority/ceremony.ts';
import { call, effect } from '../../ports/index.ts';
import { stationCall, stationEffect } from '../../ports/authority/station.ts';

export interface CrlPlan {
  readonly request: CrlRequest;
  readonly station: string;
  /** Where it is served; null: others do that. */
  readonly publish: PublishArgs | null;
  /** False: the newest CRL is as desired, so that no station and no token is needed. */
  readonly isDue: boolean;
}

type Steps = Readonly<Record<string, StepOptions>>;

export const issueCrlSteps = (plan: CrlPlan): CompiledStep[] =>
  table(plan.isDue ? { ...reserved(plan.request), ...signed(plan) } : fresh(plan.request));

export function revokeSteps(plan: CrlPlan, revocation: RevocationRequest): CompiledStep[] {
  const { request, isDue } = plan;
  if (!isDue) return table(fresh(request));
  const isSigned = revocation.approvers.length > 0;
  return table({
    revocation: {
      title: 'Revocation recorded for approval',
      ...effect('observeRevocation', 'recordRevocation', revocation),
    },
    ...(isSigned ? approvals(revocation) : {}),
    ...reserved(request, isSigned ? undefined : revocation.approvals),
    ...signed(plan),
  });
}

const fresh = (request: CrlRequest): Steps => ({
  fresh: {
    title: 'CRL of the root lasts and lists all that was revoked',
    observe: call('observeCrlReserved', request),
  },
});

/** `approvals`: people who are believed to be the users they claim to be, where no approver is named. */
const reserved = (request: CrlRequest, approvals?: number): Steps => ({
  reserved: {
    title: 'Number of the CRL reserved',
    ...effect('observeCrlReserved', 'reserveCrl', request),
    ...(approvals !== undefined && { gate: 'a certificate that was revoked stays revoked', approvals }),
  },
});

/** What follows is about the highest number that is reserved: a run that waited for hands serves one that came after it. */
function signed({ request, station, publish }: CrlPlan): Steps {
  const ref: CrlRef = { authority: request.authority };
  return {
    station: {
      title: `Station ${station} at work`,
      awaits: { remindSeconds },
      observe: stationCall(station, 'observeCrlStation', ref),
    },
    'token.root': {
      title: 'Token of the root plugged in and unlocked',
      once: true,
      awaits: { remindSeconds },
      question: tokenQuestion('root', request.root.serial, station),
      observe: stationCall(station, 'observeCrlToken', ref),
    },
    crl: {
      title: 'CRL of the root signed',
      once: true,
      ...stationEffect(station, 'observeNextCrl', 'signNextCrl', ref),
    },
    verified: {
      title: 'Revoked and valid chains judged by OpenSSL',
      ...effect('observeCrlVerified', 'verifyCrl', ref),
    },
    ...(publish === null ? {} : { published: published(publish) }),
    record: {
      title: 'Records of the CRL sealed',
      ...effect('observeCrlSealed', 'sealCrl', ref),
    },
  };
}

const published = (args: PublishArgs): StepOptions => ({
  title: 'CRL served by the box of the authority',
  ...effect('observeChainPublished', 'publishChain', args),
});

/** One step for each signature that is wanted. They are looked at again, since they lapse. */
function approvals({
  authority,
  serial,
  approvals: wanted,
  approvers,
  requestedBy,
}: RevocationRequest): Steps {
  const people = approversBeside(approvers, requestedBy);
  const counts = Array.from({ length: wanted }, (_, index) => index + 1);
  return Object.fromEntries(
    counts.map((count) => {
      const args = { authority, serial, count };
      const options: StepOptions = {
        title: `Approval ${count} of ${wanted} signed`,
        awaits: { remindSeconds },
        question: approvalQuestion(count, wanted, people),
        ...effect('observeRevocationApprovals', 'recordRevocationApproval', args),
      };
      return [`approved.${count}`, options];
    }),
  );
}
