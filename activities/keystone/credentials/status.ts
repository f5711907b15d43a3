// SPDX-License-Identifier: Apache-2.0
// The status of a cloud's credentials as a file beside its spec, for people and the CLI. Holds no secret.
import { join } from 'node:path';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import {
  dueAt,
  type CredentialStatus,
  type CredentialUser,
} from '../../../workflows/contracts/credentials/credential.ts';
import type { CredentialsArgs } from '../../../workflows/ports/credentials.ts';
import type { Clients } from '../../clients/index.ts';
import { readText, writeFileAtomically } from '../../clients/state/local-files.ts';
import { spreadOf } from './intent.ts';
import { readRecords } from './records.ts';

type StatusClients = Pick<Clients, 'secrets' | 'stateDirectory'>;

export async function statusDifferences(
  clients: StatusClients,
  args: CredentialsArgs,
): Promise<Difference[]> {
  const path = pathOf(clients, args);
  const have = await readText(path);
  if (have === (await statusText(clients, args))) return [];
  return [
    {
      what: path,
      have: have === null ? 'absent' : 'of an earlier state',
      want: 'as the secret store has it',
    },
  ];
}

export async function writeStatus(clients: StatusClients, args: CredentialsArgs): Promise<void> {
  await writeFileAtomically(pathOf(clients, args), await statusText(clients, args), 0o600);
}

const pathOf = ({ stateDirectory }: StatusClients, { box }: CredentialsArgs): string =>
  join(stateDirectory, 'boxes', box, 'credentials.json');

async function statusText({ secrets }: StatusClients, args: CredentialsArgs): Promise<string> {
  const users: CredentialStatus[] = [];
  for (const user of args.users) users.push(...(await statusOf({ secrets, box: args.box, user })));
  return `${JSON.stringify({ users }, null, 2)}\n`;
}

interface StatusOwner extends Pick<Clients, 'secrets'> {
  readonly box: string;
  readonly user: CredentialUser;
}

/** None for a user that has no published credential. */
async function statusOf({ secrets, box, user }: StatusOwner): Promise<CredentialStatus[]> {
  const { published, use } = await readRecords(secrets, { box, user });
  if (published.value === null) return [];
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
      dueAt: new Date(dueAt(published.value, spreadOf({ box, user }))).toISOString(),
      acknowledgedAt: isUsed ? use.value.acknowledgedAt : null,
      previous: isRetired ? null : { generation: previous.generation, expiresAt: previous.expiresAt },
    },
  ];
}
