// SPDX-License-Identifier: Apache-2.0
// The policies of Vault that a cloud needs: of the login that rotates, and of who reads a user's credential. Pure.
import { subjectFolders } from '../run/subject.ts';
import type { VaultSettings } from '../credentials/secret-store.ts';
import type { CloudSpec } from './cloud-spec.ts';

export interface VaultPolicy {
  readonly name: string;
  /** HCL, as `vault policy write NAME -` takes it. */
  readonly text: string;
}

export function vaultPolicies({ name, users }: CloudSpec, settings: VaultSettings): VaultPolicy[] {
  const { mount, prefix, template } = settings;
  const folder = `${prefix}/${subjectFolders.cloud}/${name}/credentials`;
  const rotator = [
    rule(`${mount}/data/${folder}/*`, 'create', 'read', 'update'),
    rule(`${mount}/metadata/${folder}/*`, 'read'),
    // To see whether the mount counts versions.
    rule(`sys/internal/ui/mounts/${mount}`, 'read'),
    ...(template === undefined ? [] : [rule(`${templatePath(template)}/*`, 'create', 'read', 'update')]),
  ];
  const consumers = users.map((user) => ({
    name: `holdfast-${name}-${user.name}`,
    text: [
      rule(`${mount}/data/${folder}/${user.name}/published`, 'read'),
      // To say by a mark, ack-NAME=GENERATION, that it is in use.
      rule(`${mount}/metadata/${folder}/${user.name}/published`, 'read', 'patch'),
    ].join('\n'),
  }));
  return [{ name: `holdfast-${name}-rotator`, text: rotator.join('\n') }, ...consumers];
}

const templatePath = ({ mount, path, version }: NonNullable<VaultSettings['template']>): string =>
  version === 1 ? `${mount}/${path}` : `${mount}/data/${path}`;

const rule = (path: string, ...capabilities: readonly string[]): string =>
  `path "${path}" { capabilities = [${capabilities.map((each) => `"${each}"`).join(', ')}] }`;
