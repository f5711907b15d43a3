// SPDX-License-Identifier: Apache-2.0
// The activities of an authority that need no token: a line for each. What each does stands in the files beside this one.
import type { AuthorityPort } from '../../workflows/ports/authority/ceremony.ts';
import type { Clients } from '../clients/index.ts';
import { applying, observing } from '../step-scope.ts';
import {
  approvalDifferences,
  recordApproval,
  recordRevocationApproval,
  revocationApprovalDifferences,
} from './approvals.ts';
import { ceremonyDifferences, reserveCeremony } from './ceremony.ts';
import { recordRevocation, revocationDifferences } from './revocation.ts';
import { crlVerificationDifferences, reserveCrl, reservedDifferences, verifyCrl } from './root-crl.ts';
import { crlSealDifferences, sealCeremony, sealCrl, sealDifferences } from './seal.ts';
import { authorityUserDifferences, setAside, setAsideDifferences } from './set-aside.ts';
import { fixToBeSigned, toBeSignedDifferences } from './to-be-signed.ts';
import { verificationDifferences, verify } from './verification.ts';

export function ceremonyActivities({ stateDirectory: state, cacheDirectory }: Clients): AuthorityPort {
  return {
    observeCeremony: observing((request) => ceremonyDifferences(state, request)),
    reserveCeremony: applying((request) => reserveCeremony(state, request)),
    observeToBeSigned: observing((ref) => toBeSignedDifferences(state, ref)),
    fixToBeSigned: applying((ref) => fixToBeSigned(state, ref)),
    observeApprovals: observing((args) => approvalDifferences(state, args)),
    recordApproval: applying((args, { context }) => recordApproval(state, args, context.answer)),
    observeVerification: observing((ref) => verificationDifferences(state, ref)),
    verifyCertificate: applying((ref) => verify(state, cacheDirectory, ref)),
    observeSeal: observing((ref) => sealDifferences(state, ref)),
    sealCeremony: applying((ref) => sealCeremony(state, ref)),
    observeRevocation: observing((request) => revocationDifferences(state, request)),
    recordRevocation: applying((request) => recordRevocation(state, request)),
    observeRevocationApprovals: observing((args) => revocationApprovalDifferences(state, args)),
    recordRevocationApproval: applying((args, { context }) =>
      recordRevocationApproval(state, args, context.answer),
    ),
    observeCrlReserved: observing((request) => reservedDifferences(state, request)),
    reserveCrl: applying((request) => reserveCrl(state, request)),
    observeCrlVerified: observing((ref) => crlVerificationDifferences(state, ref)),
    verifyCrl: applying((ref) => verifyCrl(state, ref)),
    observeCrlSealed: observing((ref) => crlSealDifferences(state, ref)),
    sealCrl: applying((ref) => sealCrl(state, ref)),
    observeAuthorityUnused: observing(({ authority }) => authorityUserDifferences(state, authority)),
    observeAuthoritySetAside: observing(({ authority }) => setAsideDifferences(state, authority)),
    setAuthorityAside: applying(({ authority }) => setAside(state, authority)),
  };
}
