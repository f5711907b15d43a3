// SPDX-License-Identifier: Apache-2.0
// IssueIntermediateCa as a table: one ceremony on two tokens, whose records say how far it came. Pure.
import { table, type StepOptions } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { approvalQuestion, approversBeside } from '../../contracts/authority/approval.ts';
import type { CeremonyRef } from '../../contracts/authority/ceremony.ts';
import { remindSeconds, tokenQuestion, type TokenRole } from '../../contracts/authority/token-question.ts';
import type { CeremonyRequest } from '../../ports/authority/ceremony.ts';
import { effect } from '../../ports/index.ts';
import { stationCall, stationEffect } from '../../ports/authority/station.ts';

export interface CeremonyPlan {
  readonly request: CeremonyRequest;
  readonly station: string;
  /** One: the tokens are exchanged. Two: both stay plugged in. */
  readonly readers: 1 | 2;
}

export function issueCaSteps({ request, station, readers }: CeremonyPlan): CompiledStep[] {
  const ref: CeremonyRef = { authority: request.authority, generation: request.generation };
  return table({
    profile: {
      title: 'Profile pinned and serial number reserved',
      after: [],
      ...effect('observeCeremony', 'reserveCeremony', request),
    },
    // It may be looked at again whichever token is plugged in: a ceremony whose station died waits here for it.
    station: {
      title: `Station ${station} at work`,
      awaits: { remindSeconds },
      observe: stationCall(station, 'observeStation', ref),
    },
    // Everything below that a token answers is looked at once: an hour later another token is plugged in.
    'token.intermediate': tokenStep('intermediate', request, station),
    key: {
      title: 'Key pair made on the token',
      once: true,
      tries: 1,
      ...stationEffect(station, 'observeTokenKey', 'generateTokenKey', ref),
    },
    attestation: {
      title: 'Attestation of the key recorded',
      once: true,
      skippable: true,
      ...stationEffect(station, 'observeAttestation', 'recordAttestation', ref),
    },
    request: {
      title: 'Certificate request signed by the key',
      after: ['key'],
      once: true,
      ...stationEffect(station, 'observeRequest', 'signRequest', ref),
    },
    'to-be-signed': {
      title: 'Bytes to be signed fixed',
      ...effect('observeToBeSigned', 'fixToBeSigned', ref),
    },
    ...approvalSteps(request, ref),
    'token.root': {
      ...tokenStep('root', request, station),
      // From here on the token of the intermediate may be away.
      after: [
        request.approvers.length === 0 ? 'to-be-signed' : `approved.${request.approvals}`,
        'attestation',
      ],
    },
    certificate: {
      title: 'Certificate of the intermediate signed by the root',
      once: true,
      tries: 1,
      ...(request.approvers.length === 0 && gateOf(request)),
      ...stationEffect(station, 'observeCertificate', 'signCertificate', ref),
    },
    crl: {
      title: 'CRL of the root signed',
      once: true,
      ...stationEffect(station, 'observeRootCrl', 'signRootCrl', ref),
    },
    verified: {
      title: 'Chain judged by OpenSSL and Node',
      ...effect('observeVerification', 'verifyCertificate', ref),
    },
    ...(readers === 1 && { 'token.back': tokenBackStep(request, station) }),
    imported: {
      title: 'Certificate written onto the token of the intermediate',
      once: true,
      // The records have it as well, and a token may take none.
      skippable: true,
      ...stationEffect(station, 'observeCertificateImported', 'importCertificate', ref),
    },
    record: {
      title: 'Records of the ceremony sealed',
      ...effect('observeSeal', 'sealCeremony', ref),
    },
  });
}

/** Without approvers people are believed to be the users they claim to be. */
const gateOf = ({ approvals }: CeremonyRequest): Pick<StepOptions, 'gate' | 'approvals'> => ({
  gate: 'a certificate that the root signed is valid until it ends or is revoked',
  approvals,
});

/** One for each signature that is wanted: before the root leaves its safe. They are looked at again, since they lapse. */
function approvalSteps(
  { approvers, approvals, requestedBy }: CeremonyRequest,
  ref: CeremonyRef,
): Record<string, StepOptions> {
  if (approvers.length === 0) return {};
  const people = approversBeside(approvers, requestedBy);
  const counts = Array.from({ length: approvals }, (_, index) => index + 1);
  return Object.fromEntries(
    counts.map((count) => {
      const args = { ...ref, count };
      const options: StepOptions = {
        title: `Approval ${count} of ${approvals} signed`,
        after: [count === 1 ? 'to-be-signed' : `approved.${count - 1}`],
        awaits: { remindSeconds },
        question: approvalQuestion(count, approvals, people),
        ...effect('observeApprovals', 'recordApproval', args),
      };
      return [`approved.${count}`, options];
    }),
  );
}

function tokenStep(role: TokenRole, request: CeremonyRequest, station: string): StepOptions {
  const { authority, generation } = request;
  return {
    title: `Token of the ${role} plugged in and unlocked`,
    once: true,
    awaits: { remindSeconds },
    question: tokenQuestion(role, request[role].serial, station),
    observe: stationCall(station, 'observeToken', { authority, generation, role }),
  };
}

/** With one reader the token of the root is in it. */
function tokenBackStep(request: CeremonyRequest, station: string): StepOptions {
  const { authority, generation } = request;
  return {
    ...tokenStep('intermediate', request, station),
    title: 'Token of the intermediate plugged in again',
    observe: stationCall(station, 'observeTokenBack', { authority, generation }),
  };
}
