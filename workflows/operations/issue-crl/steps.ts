// SPDX-License-Identifier: Apache-2.0
// IssueRootCrl and RevokeCertificate as tables: a number, hands at a station, one signature, verifiers, a seal. Pure.
import { approvalQuestion } from '../../contracts/authority/approval.ts';
import type { CrlRef, CrlWish } from '../../contracts/authority/root-crl.ts';
import type { PublishArgs } from '../../contracts/authority/server.ts';
import { remindSeconds, tokenQuestion } from '../../contracts/authority/token-question.ts';
import { table, type StepOptions } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import type { RevocationWish } from '../../ports/authority/ceremony.ts';
import { call } from '../../ports/index.ts';
import { stationCall } from '../../ports/authority/station.ts';

export interface CrlPlan {
  readonly wish: CrlWish;
  readonly station: string;
  /** Where it is served; null: others do that. */
  readonly publish: PublishArgs | null;
  /** False: the newest CRL is as wished, so that no station and no token is needed. */
  readonly isDue: boolean;
}

type Steps = Readonly<Record<string, StepOptions>>;

export const issueCrlSteps = (plan: CrlPlan): CompiledStep[] =>
  table(plan.isDue ? { ...reserved(plan.wish), ...signed(plan) } : fresh(plan.wish));

export function revokeSteps(plan: CrlPlan, revocation: RevocationWish): CompiledStep[] {
  const { wish, isDue } = plan;
  if (!isDue) return table(fresh(wish));
  const isSigned = revocation.approvers.length > 0;
  return table({
    revocation: {
      title: 'Revocation recorded for approval',
      observe: call('observeRevocation', revocation),
      apply: call('recordRevocation', revocation),
    },
    ...(isSigned ? approvals(revocation) : {}),
    ...reserved(wish, isSigned ? undefined : revocation.approvals),
    ...signed(plan),
  });
}

const fresh = (wish: CrlWish): Steps => ({
  fresh: {
    title: 'CRL of the root lasts and lists all that was revoked',
    observe: call('observeCrlReserved', wish),
  },
});

/** `approvals`: people who are believed to be the users they claim to be, where no approver is named. */
const reserved = (wish: CrlWish, approvals?: number): Steps => ({
  reserved: {
    title: 'Number of the CRL reserved',
    observe: call('observeCrlReserved', wish),
    apply: call('reserveCrl', wish),
    ...(approvals !== undefined && { gate: 'a certificate that was revoked stays revoked', approvals }),
  },
});

/** What follows is about the highest number that is reserved: a run that waited for hands serves one that came after it. */
function signed({ wish, station, publish }: CrlPlan): Steps {
  const ref: CrlRef = { authority: wish.authority };
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
      question: tokenQuestion('root', wish.root.serial, station),
      observe: stationCall(station, 'observeCrlToken', ref),
    },
    crl: {
      title: 'CRL of the root signed',
      once: true,
      observe: stationCall(station, 'observeNextCrl', ref),
      apply: stationCall(station, 'signNextCrl', ref),
    },
    verified: {
      title: 'Revoked and valid chains judged by OpenSSL',
      observe: call('observeCrlVerified', ref),
      apply: call('verifyCrl', ref),
    },
    ...(publish === null ? {} : { published: published(publish) }),
    record: {
      title: 'Records of the CRL sealed',
      observe: call('observeCrlSealed', ref),
      apply: call('sealCrl', ref),
    },
  };
}

const published = (args: PublishArgs): StepOptions => ({
  title: 'CRL served by the box of the authority',
  observe: call('observeChainPublished', args),
  apply: call('publishChain', args),
});

/** One step for each signature that is wanted. They are looked at again, since they lapse. */
function approvals({ authority, serial, approvals: wanted }: RevocationWish): Steps {
  const counts = Array.from({ length: wanted }, (_, index) => index + 1);
  return Object.fromEntries(
    counts.map((count) => {
      const args = { authority, serial, count };
      const options: StepOptions = {
        title: `Approval ${count} of ${wanted} signed`,
        awaits: { remindSeconds },
        question: approvalQuestion(count, wanted),
        observe: call('observeRevocationApprovals', args),
        apply: call('recordRevocationApproval', args),
      };
      return [`approved.${count}`, options];
    }),
  );
}
