// SPDX-License-Identifier: Apache-2.0
// The policies of Vault that a cloud needs: of the login that rotates, and of who reads a user's credential. Pure.
import { subjectFolders } from '../run/subject.ts';
import type { VaultSettings } from '../credentials/secret-store.ts';
import type { CloudSpec, CloudUser } from './cloud-spec.ts';

export interface VaultPolicy {
  readonly name: string;
  /** HCL, as `vault policy write NAME -` takes it. */
  readonly text: string;
}

export const rotatorPolicyName = ({ name }: Pick<CloudSpec, 'name'>): string => `holdfast-${name}-rotator`;

export function vaultPolicies(spec: CloudSpec, settings: VaultSettings): VaultPolicy[] {
  const { mount, template } = settings;
  const folder = folderOf(spec, settings);
  const rotator = [
    rule(`${mount}/data/${folder}/*`, 'create', 'read', 'update'),
    rule(`${mount}/metadata/${folder}/*`, 'read'),
    // To see whether the mount counts versions.
    rule(`sys/internal/ui/mounts/${mount}`, 'read'),
    ...(template === undefined ? [] : [rule(`${templatePath(template)}/*`, 'create', 'read', 'update')]),
  ];
  const consumers = spec.users.map((user) => ({
    name: `holdfast-${spec.name}-${user.name}`,
    text: consumerRules(spec, settings, user).join('\n'),
  }));
  return [{ name: rotatorPolicyName(spec), text: rotator.join('\n') }, ...consumers];
}

/** What reads the credential of a user, and no other secret. */
export function consumerRules(
  spec: Pick<CloudSpec, 'name'>,
  settings: VaultSettings,
  user: Pick<CloudUser, 'name'>,
): string[] {
  const { mount } = settings;
  const published = `${folderOf(spec, settings)}/${user.name}/published`;
  return [
    rule(`${mount}/data/${published}`, 'read'),
    // To say by a mark, ack-NAME=GENERATION, that it is in use.
    rule(`${mount}/metadata/${published}`, 'read', 'patch'),
  ];
}

const folderOf = ({ name }: Pick<CloudSpec, 'name'>, { prefix }: VaultSettings): string =>
  `${prefix}/${subjectFolders.cloud}/${name}/credentials`;

const templatePath = ({ mount, path, version }: NonNullable<VaultSettings['template']>): string =>
  version === 1 ? `${mount}/${path}` : `${mount}/data/${path}`;

const rule = (path: string, ...capabilities: readonly string[]): string =>
  `path "${path}" { capabilities = [${capabilities.map((each) => `"${each}"`).join(', ')}] }`;
