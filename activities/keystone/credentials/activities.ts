// SPDX-License-Identifier: Apache-2.0
// Application credentials as activities: a line for each step. What each does stands in the files beside this one.
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { CredentialArgs } from '../../../workflows/contracts/credentials/credential.ts';
import type { CredentialsPort, CredentialsArgs } from '../../../workflows/ports/credentials.ts';
import type { Clients } from '../../clients/index.ts';
import { applying, observing } from '../../row-scope.ts';
import { create, creationDifferences, proofDifferences, remake } from './creation.ts';
import { intend, intentDifferences } from './intent.ts';
import { changePassword, mendOwner, ownerDifferences, passwordDifferences } from './owner.ts';
import { acknowledge, acknowledgementDifferences, publicationDifferences, publish } from './publication.ts';
import { retire, retirementDifferences, sweep, sweepDifferences } from './retirement.ts';
import { statusDifferences, writeStatus } from './status.ts';
import { tokenOf } from './keystone.ts';
import { readRecords } from './records.ts';
import { useDifferences } from './use.ts';

type CredentialActivities = Omit<CredentialsPort, 'observeLoginPlugin' | 'installLoginPlugin'>;

export function credentialActivities(clients: Clients): CredentialActivities {
  const { secrets } = clients;
  return {
    observeCredentials: observing((args) => missing(clients, args)),
    issueCredentials: applying(async (args, { context }) => {
      for (const one of eachUser(args)) await issue(clients, one, context.nonce);
      await writeStatus(clients, args);
      return undefined;
    }),
    observeIntent: observing((args, { context }) => intentDifferences(secrets, args, context.nonce)),
    intendCredential: applying((args, { context }) => intend(secrets, args, context.nonce)),
    observeOwner: observing((args) => ownerDifferences(secrets, args)),
    mendOwner: applying((args) => mendOwner(secrets, args)),
    observeCreated: observing((args) => creationDifferences(secrets, args)),
    createCredential: applying((args) => create(secrets, args)),
    observeProof: observing((args) => proofDifferences(secrets, args)),
    remakeCredential: applying((args, { context }) => remake(secrets, args, context.nonce)),
    observePublished: observing((args) => publicationDifferences(secrets, args)),
    publishCredential: applying((args) => publish(secrets, args)),
    observeUse: observing((args) => useDifferences(clients, args)),
    observeAcknowledged: observing((args) => acknowledgementDifferences(secrets, args)),
    acknowledgeCredential: applying((args) => acknowledge(secrets, args)),
    observeRetired: observing((args) => retirementDifferences(secrets, args)),
    retireCredential: applying((args) => retire(secrets, args)),
    observeSwept: observing((args) => sweepDifferences(secrets, args)),
    sweepCredentials: applying((args) => sweep(secrets, args)),
    observePasswordChanged: observing((args, { context }) =>
      passwordDifferences(secrets, args, context.nonce),
    ),
    changePassword: applying((args, { context }) => changePassword(secrets, args, context.nonce)),
    observeCredentialStatus: observing((args) => statusDifferences(clients, args)),
    writeCredentialStatus: applying(async (args) => {
      await writeStatus(clients, args);
      return undefined;
    }),
  };
}

function eachUser({ users, ...cloud }: CredentialsArgs): CredentialArgs[] {
  return users.map((user) => ({ ...cloud, user, now: false }));
}

/** Users without a published credential that lets in with the roles of the spec. */
async function missing(clients: Clients, args: CredentialsArgs): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const one of eachUser(args)) {
    const { published } = await readRecords(clients.secrets, one);
    const token = published.value === null ? null : await tokenOf(clients.secrets, one, published.value);
    const want = `lets in with ${[...one.user.roles].sort().join(' ')}`;
    const have = token === null ? 'does not let in' : `lets in with ${token.roles.join(' ')}`;
    if (published.value === null) found.push({ what: nameOf(one), have: 'none published', want });
    else if (have !== want) found.push({ what: nameOf(one), have, want });
  }
  return found.length > 0 ? found : statusDifferences(clients, args);
}

const nameOf = ({ user }: CredentialArgs): string => `credential of ${user.name}`;

/** The first steps of a rotation, one after the other. A crash between two of them is gone on from. */
async function issue({ secrets }: Clients, args: CredentialArgs, run: string): Promise<void> {
  if ((await intentDifferences(secrets, args, run)).length > 0) await intend(secrets, args, run);
  if ((await ownerDifferences(secrets, args)).length > 0) await mendOwner(secrets, args);
  if ((await creationDifferences(secrets, args)).length > 0) await create(secrets, args);
  if ((await proofDifferences(secrets, args)).length > 0) await remake(secrets, args, run);
  await publish(secrets, args);
}
