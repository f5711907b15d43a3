// SPDX-License-Identifier: Apache-2.0
// The key by which a site signs bundles and receipts: kept in the secret store alone, its public half served to people.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleKeyFile, sitePaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { SigningKeyArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { newSiteKey, publicLineOf } from '../../clients/bundle/site-key.ts';
import { Failure } from '../../clients/failure.ts';
import type { SecretStore } from '../../clients/secrets/secret-store.ts';
import { readText, writeFileAtomically } from '../../clients/state/local-files.ts';
import type { Site } from '../site.ts';

const publicPath = ({ data }: Pick<Site, 'data'>): string => join(data, sitePaths.keys, bundleKeyFile);

const publicText = (site: Pick<Site, 'box'>, key: string): string => `${publicLineOf(key)} ${site.box}\n`;

export async function bundleKeyDifferences(
  site: Site,
  { reference }: SigningKeyArgs,
  secrets: SecretStore,
): Promise<Difference[]> {
  const stored = await secrets.get(reference);
  if (stored === null) return [{ what: 'key of bundles and receipts', have: 'none', want: 'made' }];
  if ((await readText(publicPath(site))) === publicText(site, stored.value)) return [];
  return [{ what: 'public key of bundles and receipts', have: 'not served', want: 'served' }];
}

export async function ensureBundleKey(
  site: Site,
  { reference }: SigningKeyArgs,
  secrets: SecretStore,
): Promise<string> {
  const stored = await secrets.get(reference);
  const key = stored?.value ?? newSiteKey();
  if (stored === null) await secrets.put(reference, key, 0);
  await mkdir(join(site.data, sitePaths.keys), { recursive: true, mode: 0o755 });
  await writeFileAtomically(publicPath(site), publicText(site, key), 0o644);
  return publicLineOf(key);
}

/** @throws Failure PreconditionFailed without a key */
export async function bundleKey(
  site: Site,
  reference: SigningKeyArgs['reference'],
  secrets: SecretStore,
): Promise<string> {
  const stored = await secrets.get(reference);
  if (stored !== null) return stored.value;
  throw new Failure('PreconditionFailed', `The mirror ${site.box} has no key for bundles`, {
    on: 'secret store',
    hint: `holdfast mirrors install ${site.box} makes it`,
  });
}
