// SPDX-License-Identifier: Apache-2.0
// Writes clouds.yaml and the CA file of a box, and proves them by a token. Creates no user.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { AccessArgs, AccessPort } from '../../workflows/ports/access.ts';
import { wireguardFileName } from '../../workflows/contracts/box/wireguard.ts';
import type { Clients } from '../clients/index.ts';
import { withCloud } from '../clients/openstack/cloud.ts';
import { modeOf, readText, writeFileAtomically } from '../clients/state/local-files.ts';
import { storedSecret } from '../clients/secrets/secret-store.ts';
import { accessDirectory, readCloud } from '../clients/openstack/access-files.ts';
import { requireAuthority } from '../clients/secrets/authority.ts';
import { wireguardServer } from './wireguard-server.ts';
import { applying, observing } from '../step-scope.ts';

export interface AccessFile {
  readonly path: string;
  readonly mode: number;
  readonly content: string;
}

export function accessActivities(clients: Clients): AccessPort {
  return {
    observeAccess: observing(async (args) => {
      const differences: Difference[] = [];
      for (const file of await accessFiles(clients, args)) {
        const content = await readText(file.path);
        if (content === null) differences.push({ what: file.path, have: 'absent', want: 'present' });
        else if (content !== file.content)
          differences.push({ what: file.path, have: 'other content', want: 'as generated' });
        else if ((await modeOf(file.path)) !== file.mode) {
          differences.push({ what: file.path, have: 'other rights', want: `mode ${file.mode.toString(8)}` });
        }
      }
      for (const superseded of supersededFiles(clients, args))
        if ((await modeOf(superseded)) !== null)
          differences.push({ what: superseded, have: 'present', want: 'absent' });
      return differences;
    }),
    writeAccess: applying(async (args) => {
      for (const { path, mode, content } of await accessFiles(clients, args))
        await writeFileAtomically(path, content, mode);
      for (const superseded of supersededFiles(clients, args)) await rm(superseded, { force: true });
      return undefined;
    }),
    observeToken: observing(async ({ box, cloud }) => {
      const login = await readCloud(accessDirectory(clients.stateDirectory, box), cloud);
      const issued = await withCloud(login, (client) => client.issueToken());
      const identity = issued.catalog.find((service) => service.type === 'identity');
      return identity === undefined
        ? [{ what: 'catalog of the token', have: 'no identity service', want: 'identity' }]
        : [];
    }),
  };
}

/**
 * An earlier release kept the passwords in a second file; clients that find it would take them from there. And the tunnels of
 * a spec that names none.
 */
function supersededFiles({ stateDirectory }: Clients, { box, wireguard }: AccessArgs): string[] {
  const names = ['secure.yaml', ...(wireguard === undefined ? [wireguardFileName] : [])];
  return names.map((name) => join(accessDirectory(stateDirectory, box), name));
}

/** One file for every client: gophercloud takes the name of no second one from the environment. */
export async function accessFiles(
  { secrets, stateDirectory }: Pick<Clients, 'secrets' | 'stateDirectory'>,
  args: AccessArgs,
): Promise<AccessFile[]> {
  const directory = accessDirectory(stateDirectory, args.box);
  const certificate = args.root ?? (await requireAuthority(secrets, args.box)).certificate;
  const cacert = join(directory, 'ca.pem');
  const entries: Record<string, unknown> = {};
  for (const { name, username, domain, project, password } of args.clouds) {
    const auth = {
      auth_url: args.authUrl,
      username,
      password: await storedSecret(secrets, password),
      project_name: project,
      user_domain_name: domain,
      project_domain_name: domain,
    };
    entries[name] = { auth, region_name: args.region, interface: 'public', identity_api_version: 3, cacert };
  }
  const tunnels = args.wireguard === undefined ? null : await wireguardServer(secrets, args.wireguard);
  const server = JSON.stringify(tunnels, null, 2);
  return [
    { path: cacert, mode: 0o644, content: certificate },
    ...(tunnels === null
      ? []
      : [{ path: join(directory, wireguardFileName), mode: 0o644, content: `${server}\n` }]),
    { path: join(directory, 'clouds.yaml'), mode: 0o600, content: stringify({ clouds: entries }) },
  ];
}
