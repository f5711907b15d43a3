// SPDX-License-Identifier: Apache-2.0
// Application credentials as activities: a line for each step. What each does stands in the files beside this one.
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { CredentialArgs, CredentialCloud } from '../../../workflows/contracts/credentials/credential.ts';
import type {
  CredentialFolderArgs,
  CredentialUseArgs,
  CredentialsPort,
  CredentialsArgs,
} from '../../../workflows/ports/cloud/credentials.ts';
import type { Clients } from '../../clients/index.ts';
import { applying, observing, type StepScope } from '../../step-scope.ts';
import { withAccess, type CredentialAccess } from './access.ts';
import { acknowledgementDifferencesOf, consumerDifferences, recordAcknowledgement } from './consumers.ts';
import { create, creationDifferences, proofDifferences, remake } from './creation.ts';
import { formerDifferences, sweepFormer } from './former.ts';
import { folderDifferences, writeToFolder } from './folder.ts';
import { intend, intentDifferences, whyUseless } from './intent.ts';
import { changePassword, mendOwner, ownerDifferences, passwordDifferences } from './owner.ts';
import { applyPolicies, policyDifferences } from './policies.ts';
import { acknowledge, acknowledgementDifferences, publicationDifferences, publish } from './publication.ts';
import { retire, retirementDifferences, sweep, sweepDifferences } from './retirement.ts';
import { storeDifferences } from './store.ts';
import { statusDifferences, writeStatus } from './status.ts';
import { templateDifferences, writeTemplate } from './template.ts';
import { readRecords } from './records.ts';
import { useDifferences } from './use.ts';

type CredentialActivities = Omit<CredentialsPort, 'observeLoginPlugin' | 'installLoginPlugin'>;

export function credentialActivities(clients: Clients): CredentialActivities {
  const look = <Args extends CredentialCloud>(
    look: (access: CredentialAccess, args: Args, scope: StepScope) => Promise<Difference[]>,
  ) => observing((args: Args, scope) => withAccess(clients, args, (access) => look(access, args, scope)));
  const change = <Args extends CredentialCloud>(
    change: (access: CredentialAccess, args: Args, scope: StepScope) => Promise<string | undefined>,
  ) => applying((args: Args, scope) => withAccess(clients, args, (access) => change(access, args, scope)));
  return {
    observeCredentials: look((access, args: CredentialsArgs) => missing(clients, access, args)),
    issueCredentials: change(async (access, args: CredentialsArgs, { context }) => {
      for (const one of eachUser(args))
        if ((await lackOf(access, one)) !== null) await issue(access, one, context.nonce);
      await writeStatus(clients, access, args);
      return undefined;
    }),
    observeIntent: look((access, args: CredentialArgs, { context }) =>
      intentDifferences(access, args, context.nonce),
    ),
    intendCredential: change(intend),
    observeOwner: look(ownerDifferences),
    mendOwner: change(mendOwner),
    observeCreated: look(creationDifferences),
    createCredential: change(create),
    observeProof: look(proofDifferences),
    remakeCredential: change(remake),
    observePublished: look(publicationDifferences),
    publishCredential: change((access, args: CredentialArgs, { context }) =>
      publish(access, args, context.nonce),
    ),
    issueCredential: change((access, args: CredentialArgs, { context }) =>
      issuePending(access, args, context.nonce),
    ),
    observeUse: look((access, args: CredentialUseArgs) => useDifferences(clients, access, args)),
    observeAcknowledged: look(acknowledgementDifferences),
    acknowledgeCredential: change(acknowledge),
    observeVaultPolicies: observing((args) => policyDifferences(args)),
    applyVaultPolicies: applying((args) => applyPolicies(args)),
    observeCredentialStore: look(storeDifferences),
    observeConsumers: look(consumerDifferences),
    observeAcknowledgement: look(acknowledgementDifferencesOf),
    recordAcknowledgement: change(recordAcknowledgement),
    observeCredentialTemplate: look(templateDifferences),
    writeCredentialTemplate: change(writeTemplate),
    observeCredentialFolder: look((access, args: CredentialFolderArgs) =>
      folderDifferences(clients, access, args),
    ),
    writeCredentialFolder: change((access, args: CredentialFolderArgs) =>
      writeToFolder(clients, access, args),
    ),
    observeRetired: look(retirementDifferences),
    retireCredential: change(retire),
    observeSwept: look(sweepDifferences),
    sweepCredentials: change(sweep),
    observeSurplus: look(async (access, args: CredentialArgs) => [
      ...(await retirementDifferences(access, args)),
      ...(await sweepDifferences(access, args)),
    ]),
    deleteSurplus: change(async (access, args: CredentialArgs) => {
      const retired = await retire(access, args);
      return `retired: ${retired}; strays: ${await sweep(access, args)}`;
    }),
    observeFormerUsers: look((access, args: CredentialsArgs) => formerDifferences(clients, access, args)),
    sweepFormerUsers: change((access, args: CredentialsArgs) => sweepFormer(clients, access, args)),
    observePasswordChanged: look((access, args: CredentialArgs, { context }) =>
      passwordDifferences(access, args, context.nonce),
    ),
    changePassword: change((access, args: CredentialArgs, { context }) =>
      changePassword(access, args, context.nonce),
    ),
    observeCredentialStatus: look((access, args: CredentialsArgs) =>
      statusDifferences(clients, access, args),
    ),
    writeCredentialStatus: change(async (access, args: CredentialsArgs) => {
      await writeStatus(clients, access, args);
      return undefined;
    }),
  };
}

function eachUser({ users, ...cloud }: CredentialsArgs): CredentialArgs[] {
  return users.map((user) => ({ ...cloud, user, now: false }));
}

async function missing(
  clients: Clients,
  access: CredentialAccess,
  args: CredentialsArgs,
): Promise<Difference[]> {
  const lacks: Difference[] = [];
  for (const one of eachUser(args)) lacks.push(...((await lackOf(access, one)) ?? []));
  return lacks.length > 0 ? lacks : statusDifferences(clients, access, args);
}

/** Null for a user whose published credential lets in with the roles of the spec; one that is merely due is left to the rotation. */
async function lackOf(access: CredentialAccess, args: CredentialArgs): Promise<Difference[] | null> {
  const { published } = await readRecords(access.store, args);
  const why = published.value === null ? 'none published' : await whyUseless(access, args, published.value);
  if (why === null) return null;
  const want = `one that lets in with ${[...args.user.roles].sort().join(' ')}`;
  return [{ what: `credential of ${args.user.name}`, have: why.replace(/^which /, ''), want }];
}

/** The first steps of a rotation, one after the other. A crash between two of them is gone on from. */
async function issue(access: CredentialAccess, args: CredentialArgs, run: string): Promise<void> {
  if ((await intentDifferences(access, args, run)).length > 0) await intend(access, args);
  if ((await ownerDifferences(access, args)).length > 0) await mendOwner(access, args);
  await issuePending(access, args, run);
}

async function issuePending(access: CredentialAccess, args: CredentialArgs, run: string): Promise<string> {
  if ((await creationDifferences(access, args)).length > 0) await create(access, args);
  if ((await proofDifferences(access, args)).length > 0) await remake(access, args);
  return publish(access, args, run);
}
