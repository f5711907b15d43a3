// SPDX-License-Identifier: Apache-2.0
// Application credentials as activities: a line for each step. What each does stands in the files beside this one.
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { CredentialArgs } from '../../../workflows/contracts/credentials/credential.ts';
import type { CredentialsPort, CredentialsArgs } from '../../../workflows/ports/credentials.ts';
import type { Clients } from '../../clients/index.ts';
import { applying, observing } from '../../step-scope.ts';
import { create, creationDifferences, proofDifferences, remake } from './creation.ts';
import { intend, intentDifferences, whyUseless } from './intent.ts';
import { changePassword, mendOwner, ownerDifferences, passwordDifferences } from './owner.ts';
import { acknowledge, acknowledgementDifferences, publicationDifferences, publish } from './publication.ts';
import { retire, retirementDifferences, sweep, sweepDifferences } from './retirement.ts';
import { statusDifferences, writeStatus } from './status.ts';
import { readRecords } from './records.ts';
import { useDifferences } from './use.ts';

type CredentialActivities = Omit<CredentialsPort, 'observeLoginPlugin' | 'installLoginPlugin'>;

export function credentialActivities(clients: Clients): CredentialActivities {
  const { secrets } = clients;
  return {
    observeCredentials: observing((args) => missing(clients, args)),
    issueCredentials: applying(async (args, { context }) => {
      for (const one of eachUser(args))
        if ((await lackOf(clients, one)) !== null) await issue(clients, one, context.nonce);
      await writeStatus(clients, args);
      return undefined;
    }),
    observeIntent: observing((args, { context }) => intentDifferences(secrets, args, context.nonce)),
    intendCredential: applying((args) => intend(secrets, args)),
    observeOwner: observing((args) => ownerDifferences(secrets, args)),
    mendOwner: applying((args) => mendOwner(secrets, args)),
    observeCreated: observing((args) => creationDifferences(secrets, args)),
    createCredential: applying((args) => create(secrets, args)),
    observeProof: observing((args) => proofDifferences(secrets, args)),
    remakeCredential: applying((args) => remake(secrets, args)),
    observePublished: observing((args) => publicationDifferences(secrets, args)),
    publishCredential: applying((args, { context }) => publish(secrets, args, context.nonce)),
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

async function missing(clients: Clients, args: CredentialsArgs): Promise<Difference[]> {
  const lacks: Difference[] = [];
  for (const one of eachUser(args)) lacks.push(...((await lackOf(clients, one)) ?? []));
  return lacks.length > 0 ? lacks : statusDifferences(clients, args);
}

/** Null for a user whose published credential lets in with the roles of the spec; one that is merely due is left to the rotation. */
async function lackOf({ secrets }: Clients, args: CredentialArgs): Promise<Difference[] | null> {
  const { published } = await readRecords(secrets, args);
  const why = published.value === null ? 'none published' : await whyUseless(secrets, args, published.value);
  if (why === null) return null;
  const want = `one that lets in with ${[...args.user.roles].sort().join(' ')}`;
  return [{ what: `credential of ${args.user.name}`, have: why.replace(/^which /, ''), want }];
}

/** The first steps of a rotation, one after the other. A crash between two of them is gone on from. */
async function issue({ secrets }: Clients, args: CredentialArgs, run: string): Promise<void> {
  if ((await intentDifferences(secrets, args, run)).length > 0) await intend(secrets, args);
  if ((await ownerDifferences(secrets, args)).length > 0) await mendOwner(secrets, args);
  if ((await creationDifferences(secrets, args)).length > 0) await create(secrets, args);
  if ((await proofDifferences(secrets, args)).length > 0) await remake(secrets, args);
  await publish(secrets, args, run);
}
