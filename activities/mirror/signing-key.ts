// SPDX-License-Identifier: Apache-2.0
// The key by which a mirror signs: made in its box, kept in the secret store as well, its public half served to clients.
import { join } from 'node:path';
import { sitePaths } from '../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { SigningKeyArgs } from '../../workflows/ports/mirror/mirror.ts';
import type { SecretStore } from '../clients/secrets/secret-store.ts';
import { Failure } from '../clients/failure.ts';
import makeKey from './scripts/make-key.sh';
import type { Site } from './site.ts';

const keyName = ({ box }: Pick<Site, 'box'>): string => `holdfast mirror ${box}`;

const gnupg = ({ inside }: Site): string => join(inside, sitePaths.gnupg);

/** Fingerprint of the private key in the box; null: none. */
async function fingerprint(site: Site): Promise<string | null> {
  const argv = [
    'gpg',
    '--homedir',
    gnupg(site),
    '--batch',
    '--with-colons',
    '--list-secret-keys',
    `=${keyName(site)}`,
  ];
  const { exitCode, stdout } = await site.host.run(argv);
  return exitCode === 0 ? (/^fpr:{9}([0-9A-F]{40}):/m.exec(stdout)?.[1] ?? null) : null;
}

/** @throws Failure PreconditionFailed without a key */
export async function signingKeyId(site: Site): Promise<string> {
  const found = await fingerprint(site);
  if (found !== null) return found;
  throw new Failure('PreconditionFailed', `The mirror ${site.box} has no signing key`, {
    on: site.host.name,
    hint: 'holdfast mirrors install FILE makes it',
  });
}

export async function keyDifferences(
  site: Site,
  { reference }: SigningKeyArgs,
  secrets: SecretStore,
): Promise<Difference[]> {
  const isStored = (await secrets.get(reference)) !== null;
  const isHere = (await fingerprint(site)) !== null;
  const [state] = await site.host.readFiles([join(site.inside, sitePaths.keys, 'archive-keyring.asc')]);
  return [
    ...(isHere ? [] : [{ what: 'signing key in the box', have: 'none', want: 'made' }]),
    ...(isStored ? [] : [{ what: 'signing key in the secret store', have: 'none', want: 'kept' }]),
    ...(state ? [] : [{ what: 'public signing key', have: 'not served', want: 'served' }]),
  ];
}

/** What the secret store has wins: clients trust it already. The key travels by stdin and stdout alone. */
export async function ensureKey(
  site: Site,
  { reference }: SigningKeyArgs,
  secrets: SecretStore,
): Promise<string> {
  const stored = await secrets.get(reference);
  const how = stored === null ? 'make' : 'import';
  const argv = [
    'sh',
    '-c',
    makeKey,
    'signing key',
    gnupg(site),
    keyName(site),
    join(site.inside, sitePaths.keys),
    how,
  ];
  const made = await site.host.output(argv, {
    timeoutSeconds: 120,
    ...(stored !== null && { stdin: stored.value }),
  });
  if (stored === null) await secrets.put(reference, made, 0);
  return `key ${await signingKeyId(site)}`;
}
