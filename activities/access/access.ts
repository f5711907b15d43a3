// SPDX-License-Identifier: Apache-2.0
// Writes clouds.yaml, secure.yaml and the CA file of a box, and proves them by a token. Creates no user.
// Touches: state directory, Keystone's API
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Difference } from '../../workflows/contracts/observation.ts';
import type { AccessArgs, AccessPort } from '../../workflows/ports/access.ts';
import { Failure } from '../clients/failure.ts';
import type { Clients } from '../clients/index.ts';
import { withKeystone } from '../clients/keystone.ts';
import { modeOf, readText, writeFileAtomically } from '../clients/local-files.ts';
import { adminLogin } from '../keystone/administrator.ts';
import { applying, observing } from '../row-scope.ts';

interface AccessFile {
  readonly path: string;
  readonly mode: number;
  readonly content: string;
}

export function accessDirectory(stateDirectory: string, box: string): string {
  return join(stateDirectory, 'boxes', box, 'access');
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
      return differences;
    }),
    writeAccess: applying(async (args) => {
      for (const { path, mode, content } of await accessFiles(clients, args))
        await writeFileAtomically(path, content, mode);
      return undefined;
    }),
    observeToken: observing(async ({ box, cloud }) => {
      const { auth, region, authority } = await readCloud(
        accessDirectory(clients.stateDirectory, box),
        cloud,
      );
      const login = {
        authUrl: auth.auth_url,
        username: auth.username,
        password: auth.password,
        projectName: auth.project_name,
        region,
        authority,
      };
      const issued = await withKeystone(login, (client) => client.issueToken());
      const identity = issued.catalog.find((service) => service.type === 'identity');
      return identity === undefined
        ? [{ what: 'catalog of the token', have: 'no identity service', want: 'identity' }]
        : [];
    }),
  };
}

async function accessFiles(clients: Clients, args: AccessArgs): Promise<AccessFile[]> {
  const directory = accessDirectory(clients.stateDirectory, args.box);
  const login = await adminLogin(clients, { ...args });
  const auth = {
    auth_url: args.authUrl,
    username: login.username,
    project_name: login.projectName,
    user_domain_name: 'Default',
    project_domain_name: 'Default',
  };
  const cacert = join(directory, 'ca.pem');
  const cloud = { auth, region_name: args.region, interface: 'public', identity_api_version: 3, cacert };
  return [
    { path: cacert, mode: 0o644, content: login.authority },
    {
      path: join(directory, 'clouds.yaml'),
      mode: 0o644,
      content: stringify({ clouds: { [args.cloud]: cloud } }),
    },
    {
      path: join(directory, 'secure.yaml'),
      mode: 0o600,
      content: stringify({ clouds: { [args.cloud]: { auth: { password: login.password } } } }),
    },
  ];
}

interface CloudFile {
  readonly clouds?: Record<string, { auth?: Record<string, string>; region_name?: string; cacert?: string }>;
}

/** As the `openstack` client reads them: the files, nothing else. */
async function readCloud(directory: string, cloud: string) {
  const read = async (name: string) =>
    (parse((await readText(join(directory, name))) ?? '') as CloudFile | null)?.clouds?.[cloud];
  const [open, secure] = await Promise.all([read('clouds.yaml'), read('secure.yaml')]);
  const authority = await readText(open?.cacert ?? join(directory, 'ca.pem'));
  if (open === undefined || secure === undefined || authority === null) {
    throw new Failure('Unreachable', `The access files of cloud ${cloud} are not written yet`, {
      on: directory,
    });
  }
  const auth = { ...open.auth, ...secure.auth } as {
    auth_url: string;
    username: string;
    password: string;
    project_name: string;
  };
  return { auth, region: open.region_name ?? '', authority };
}
