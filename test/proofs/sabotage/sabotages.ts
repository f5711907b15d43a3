// SPDX-License-Identifier: Apache-2.0
// By step id: how to break exactly this step in the real world. Repairs nothing; the next install does.
import { rm, writeFile, chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { secretRef } from '../../../workflows/contracts/box/brands.ts';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import { specPath } from '../../../activities/clients/state/recorded-specs.ts';
import { recordedImage } from '../../../activities/hosts/box-image.ts';
import { createAuthority } from '../../../activities/clients/secrets/certificates.ts';
import { boxHost } from '../../../activities/hosts/host.ts';
import { supervisorOf } from '../../../activities/hosts/local-box.ts';
import { tableOf } from '../../../activities/hosts/nftables.ts';
import { boxDirectory } from '../../../activities/hosts/places.ts';
import { withCloud } from '../../../activities/clients/openstack/cloud.ts';
import { EmbeddedSecretStore } from '../../../activities/clients/secrets/secret-store.ts';
import { query } from '../../../activities/clients/postgres/sql.ts';
import type { OpenStackClient } from 'openstack-client-ts';

export interface Target {
  readonly spec: BoxSpec;
  readonly stateDirectory: string;
}

export interface Sabotage {
  /** Steps that differ besides this one, because they stand on what was broken. */
  readonly alsoDiffer?: readonly string[];
  break(target: Target): Promise<unknown>;
}

export const inside = (target: Target) => boxHost(target.spec.name);
/** @source 180: systemd gives a unit 90 s to stop before it kills it, and a break stops two of them in turn */
export const shell = (target: Target, script: string): Promise<string> =>
  inside(target).output(['sh', '-c', script], { timeoutSeconds: 180 });
const secretsOf = ({ stateDirectory }: Target) => new EmbeddedSecretStore(join(stateDirectory, 'secrets'));
const accessFile = ({ spec, stateDirectory }: Target, name: string) =>
  join(stateDirectory, 'boxes', spec.name, 'access', name);

/** A client of the box's administrator. */
export async function asAdministrator<T>(
  target: Target,
  work: (client: OpenStackClient) => Promise<T>,
): Promise<T> {
  const { spec } = target;
  const store = secretsOf(target);
  const password = await store.get(secretRef(`boxes/${spec.name}/admin-password`));
  const authority = await store.get(secretRef(`boxes/${spec.name}/certificate-authority`));
  return withCloud(
    {
      authUrl: `https://${spec.networks.management.address}:5000/v3`,
      region: spec.region,
      username: 'admin',
      password: password?.value ?? '',
      domain: 'Default',
      project: { name: 'admin', domain: 'Default' },
      interface: 'public',
      authority: (JSON.parse(authority?.value ?? '{}') as { certificate: string }).certificate,
    },
    work,
  );
}

export const sabotages: Readonly<Record<string, Sabotage>> = {
  spec: {
    break: ({ spec, stateDirectory }) =>
      writeFile(specPath(stateDirectory, spec.name), JSON.stringify({ ...spec, region: 'Elsewhere' })),
  },
  secrets: {
    alsoDiffer: [],
    break: (target) => secretsOf(target).remove(`boxes/${target.spec.name}/admin-password`),
  },
  'certificate-authority': {
    alsoDiffer: ['certificates'],
    // A key that is not the certificate's: what a store restored in halves looks like.
    break: async (target) => {
      const reference = secretRef(`boxes/${target.spec.name}/certificate-authority`);
      const stored = await secretsOf(target).get(reference);
      const { certificate } = await createAuthority('another', 10);
      const own = JSON.parse(stored?.value ?? '{}') as { key: string };
      await secretsOf(target).put(
        reference,
        JSON.stringify({ certificate, key: own.key }),
        stored?.version ?? 0,
      );
    },
  },
  image: {
    break: async ({ spec }) => {
      const image = (await recordedImage(spec.name)) ?? 'nowhere';
      await rm(join(image, 'complete'));
      await rm(join(image, 'root'), { recursive: true, force: true });
    },
  },
  root: { break: ({ spec }) => rm(join(boxDirectory(spec.name), 'image')) },
  boot: {
    break: async ({ spec }) => {
      process.kill((await supervisorOf(spec.name)) ?? 0, 'SIGKILL');
      while ((await supervisorOf(spec.name)) !== null)
        await new Promise((resolve) => setTimeout(resolve, 50));
    },
  },
  names: { break: (target) => shell(target, 'echo 192.0.2.7 elsewhere >> /etc/hosts') },
  certificates: {
    alsoDiffer: [],
    break: (target) => shell(target, 'rm /etc/ssl/holdfast/keystone.pem'),
  },
  'postgres.cluster': {
    alsoDiffer: ['postgres.service'],
    break: (target) =>
      shell(target, 'systemctl stop postgresql@17-main && rm -r /var/lib/postgresql/17/main'),
  },
  'postgres.config': {
    alsoDiffer: ['postgres.service'],
    break: (target) => shell(target, 'echo "local all all trust" >> /etc/postgresql/17/main/pg_hba.conf'),
  },
  'postgres.service': { break: (target) => shell(target, 'systemctl stop postgresql@17-main') },
  'postgres.databases': {
    break: (target) => query(inside(target), 'postgres', 'ALTER DATABASE keystone OWNER TO postgres'),
  },
  'keystone.config': {
    alsoDiffer: ['keystone.service'],
    break: (target) => shell(target, 'sed -i s/fernet/jws/ /etc/keystone/keystone.conf'),
  },
  'keystone.keys': { break: (target) => shell(target, 'rm -r /etc/keystone/fernet-keys') },
  'keystone.schema': {
    break: async (target) => {
      await shell(target, 'systemctl stop keystone');
      await query(inside(target), 'postgres', 'DROP DATABASE keystone WITH (FORCE)');
      await query(inside(target), 'postgres', 'CREATE DATABASE keystone OWNER keystone TEMPLATE template0');
    },
    alsoDiffer: ['keystone.service'],
  },
  'keystone.service': { break: (target) => shell(target, 'systemctl disable --now keystone 2>&1') },
  'haproxy.config': {
    alsoDiffer: ['haproxy.service'],
    break: (target) => shell(target, 'sed -i s/120s/1s/ /etc/haproxy/haproxy.cfg'),
  },
  'haproxy.service': { break: (target) => shell(target, 'systemctl stop haproxy') },
  'keystone.administrator': {
    break: (target) =>
      asAdministrator(target, async (client) => {
        const { userId } = await client.issueToken();
        await client.identity.users.setPassword(userId, 'changed-by-hand');
      }),
  },
  'keystone.catalog': {
    break: (target) =>
      asAdministrator(target, async ({ identity }) => {
        const [project] = await identity.projects.list({ name: 'demo' });
        await identity.projects.delete(project?.id ?? '');
        const [endpoint] = await identity.endpoints.list({ interface: 'internal' });
        await identity.endpoints.update(endpoint?.id ?? '', { url: 'https://elsewhere.example/v3' });
      }),
  },
  // A spec that names no address hands nothing on: what one before it left is there again.
  reach: {
    break: ({ spec }) => execa('nft', ['add', 'table', 'ip', tableOf(spec.name)]),
  },
  access: { break: (target) => chmod(accessFile(target, 'clouds.yaml'), 0o644) },
  evidence: {
    break: ({ spec, stateDirectory }) => rm(join(stateDirectory, 'boxes', spec.name, 'evidence.json')),
  },
};

/**
 * Steps broken together: one drift report and one install each. Steps whose breaking hides another's stand apart.
 * preflight and token have nothing to apply; their tests stand in sabotage.proof.test.ts.
 */
export const batches: readonly (readonly string[])[] = [
  ['keystone.catalog', 'postgres.config', 'keystone.config', 'haproxy.config', 'access', 'root'],
  ['spec'],
  ['certificates', 'names', 'evidence', 'keystone.keys', 'reach'],
  ['postgres.service', 'keystone.service', 'haproxy.service'],
  ['keystone.administrator', 'postgres.databases'],
  ['secrets'],
  ['certificate-authority'],
  ['keystone.schema'],
  ['postgres.cluster'],
  ['boot', 'image'],
];
