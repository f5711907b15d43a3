// SPDX-License-Identifier: Apache-2.0
// The status of a cloud's credentials as a file beside its spec, for people and the CLI. Holds no secret.
import { join } from 'node:path';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import {
  awaitedConsumers,
  dueAt,
  type CredentialArgs,
  type CredentialStatus,
} from '../../../workflows/contracts/credentials/credential.ts';
import type { CredentialsArgs } from '../../../workflows/ports/cloud/credentials.ts';
import { subjectFolders } from '../../../workflows/contracts/run/subject.ts';
import type { Clients } from '../../clients/index.ts';
import type { SecretStore } from '../../clients/secrets/secret-store.ts';
import { readText, writeFileAtomically } from '../../clients/state/local-files.ts';
import type { CredentialAccess } from './access.ts';
import { spreadOf } from './intent.ts';
import { readRecords, saidBy } from './records.ts';

export type StatusClients = Pick<Clients, 'stateDirectory'>;

export async function statusDifferences(
  clients: StatusClients,
  access: CredentialAccess,
  args: CredentialsArgs,
): Promise<Difference[]> {
  const path = statusPath(clients, args);
  const have = await readText(path);
  if (have === (await statusText(access, args))) return [];
  return [
    {
      what: path,
      have: have === null ? 'absent' : 'of an earlier state',
      want: 'as the secret store has it',
    },
  ];
}

export async function writeStatus(
  clients: StatusClients,
  access: CredentialAccess,
  args: CredentialsArgs,
): Promise<void> {
  await writeFileAtomically(statusPath(clients, args), await statusText(access, args), 0o600);
}

export const statusPath = ({ stateDirectory }: StatusClients, { subject }: CredentialsArgs): string =>
  join(stateDirectory, subjectFolders[subject.kind], subject.name, 'credentials.json');

async function statusText({ store }: CredentialAccess, args: CredentialsArgs): Promise<string> {
  const users: CredentialStatus[] = [];
  for (const user of args.users) users.push(...(await statusOf(store, { subject: args.subject, user })));
  return `${JSON.stringify({ users }, null, 2)}\n`;
}

/** None for a user that has no published credential. */
async function statusOf(
  store: SecretStore,
  { subject, user }: Pick<CredentialArgs, 'subject' | 'user'>,
): Promise<CredentialStatus[]> {
  const { published, use } = await readRecords(store, { subject, user });
  if (published.value === null) return [];
  const said = await saidBy(store, { subject, user });
  const { generation, name, createdAt, expiresAt, roles, previous } = published.value;
  const isUsed = use.value !== null && use.value.generation >= generation;
  const isRetired = previous === null || (use.value?.retiredGeneration ?? 0) >= previous.generation;
  return [
    {
      user: user.name,
      generation,
      name,
      createdAt,
      expiresAt,
      roles,
      dueAt: new Date(dueAt(published.value, spreadOf({ subject, user }))).toISOString(),
      acknowledgedAt: isUsed ? use.value.acknowledgedAt : null,
      previous: isRetired ? null : { generation: previous.generation, expiresAt: previous.expiresAt },
      ...(user.consumers !== undefined && {
        awaited: awaitedConsumers(user.consumers, said, generation),
      }),
    },
  ];
}
