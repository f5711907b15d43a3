// SPDX-License-Identifier: Apache-2.0
// Writes what is published where templates of consumers read it, in fields of OpenStack's names. They go on unchanged.
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type {
  CredentialArgs,
  PublishedCredential,
} from '../../../workflows/contracts/credentials/credential.ts';
import { VaultSecretStore } from '../../clients/vault/vault-store.ts';
import type { CredentialAccess } from './access.ts';
import { readRecords } from './records.ts';

/** @source consul-template reads a secret without a lease again after its `ttl`: once an hour, as in the set-up that it is for */
const rereadSeconds = '3600';

export async function templateDifferences(
  access: CredentialAccess,
  args: CredentialArgs,
): Promise<Difference[]> {
  const wanted = await wantedOf(access, args);
  if (wanted === null) return [];
  const { store, place, fields } = wanted;
  const have = await store.readPlain(place, args.user.name);
  const isSame = Object.entries(fields).every(([key, value]) => have?.[key] === value);
  if (isSame) return [];
  const what = `${place.mount}/${place.path}/${args.user.name} of Vault`;
  return [{ what, have: have === null ? 'absent' : 'another credential', want: 'what is published' }];
}

export async function writeTemplate(access: CredentialAccess, args: CredentialArgs): Promise<string> {
  const wanted = await wantedOf(access, args);
  if (wanted === null) return 'none is published';
  const { store, place, fields } = wanted;
  await store.writePlain(place, args.user.name, fields);
  return `${place.mount}/${place.path}/${args.user.name}`;
}

async function wantedOf({ store }: CredentialAccess, args: CredentialArgs) {
  const place = args.store?.kind === 'vault' ? args.store.template : undefined;
  if (place === undefined || !(store instanceof VaultSecretStore)) return null;
  const { published } = await readRecords(store, args);
  return published.value === null ? null : { store, place, fields: fieldsOf(published.value) };
}

function fieldsOf({ id, secret, createdAt, expiresAt }: PublishedCredential) {
  return {
    application_credential_id: id,
    application_credential_secret: secret,
    created_at: withoutZone(createdAt),
    expires_at: withoutZone(expiresAt),
    ttl: rereadSeconds,
  };
}

/** UTC, as Python's isoformat of seconds writes it. */
const withoutZone = (moment: string): string => new Date(moment).toISOString().slice(0, 19);
