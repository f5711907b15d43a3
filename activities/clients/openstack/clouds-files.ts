// SPDX-License-Identifier: Apache-2.0
// Finds the login of any cloud by its name: in boxes' access files, then where the `openstack` client looks. Logs in nowhere.
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { accessDirectory } from './access-files.ts';
import type { CloudLogin } from './cloud.ts';
import { Failure } from '../failure.ts';
import { readText } from '../state/local-files.ts';

interface CloudEntry {
  readonly auth?: Readonly<Record<string, string>>;
  readonly auth_type?: string;
  readonly region_name?: string;
  readonly cacert?: string;
  readonly interface?: string;
  readonly verify?: boolean | string;
}

/** As openstacksdk takes them. */
const extensions = ['yaml', 'yml'];
const authTypes = ['password', 'v3password', 'v3applicationcredential'];
/** Keys of `auth` that a login would need and that we do not send: to leave one out would log in as somebody else, or not at all. */
const unread = [
  'project_id',
  'tenant_name',
  'tenant_id',
  'user_id',
  'user_domain_id',
  'project_domain_id',
  'domain_id',
  'domain_name',
  'default_domain',
  'system_scope',
  'trust_id',
  'token',
  'passcode',
  'application_credential_name',
];

/** @source openstacksdk's order, after what our own boxes wrote; its working directory is the command line's, not ours */
async function placesOf(stateDirectory: string): Promise<string[]> {
  const boxes = await readdir(join(stateDirectory, 'boxes')).catch(() => []);
  return [
    ...boxes.sort().map((box) => join(accessDirectory(stateDirectory, box), 'clouds.yaml')),
    ...['.config/openstack', '/etc/openstack'].flatMap((folder) =>
      extensions.map((extension) => resolve(homedir(), folder, `clouds.${extension}`)),
    ),
  ];
}

/** @throws Failure InvalidInput naming where was looked */
export async function findCloud(stateDirectory: string, cloud: string, file?: string): Promise<CloudLogin> {
  const places = file === undefined ? await placesOf(stateDirectory) : [file];
  for (const place of places) {
    const open = await entryOf(place, cloud);
    if (open === null) continue;
    const secures = extensions.map((extension) =>
      entryOf(join(dirname(place), `secure.${extension}`), cloud),
    );
    const secure = (await Promise.all(secures)).find((entry) => entry !== null);
    const auth = { ...open.auth, ...secure?.auth };
    refuseUnread(open, auth, place, cloud);
    return loginOf(open, auth, place, cloud);
  }
  throw new Failure('InvalidInput', `No clouds.yaml names the cloud ${cloud}`, { on: places.join(', ') });
}

/** What is not read is refused and never left out in silence. @throws Failure InvalidInput */
function refuseUnread(
  entry: CloudEntry,
  auth: Readonly<Record<string, string>>,
  place: string,
  cloud: string,
): void {
  const { auth_type: type, verify } = entry;
  const keys = Object.keys(entry).filter((key) => /_endpoint_override$/.test(key));
  // An application credential is of its user and project, which files may name beside it.
  const isWhole = auth['application_credential_id'] !== undefined;
  const parts = unread.filter((key) => auth[key] !== undefined && !isWhole).map((key) => `auth.${key}`);
  const refused = [
    ...keys,
    ...parts,
    ...(type === undefined || authTypes.includes(type) ? [] : [`auth_type ${type}`]),
    ...(verify === false || verify === 'false' ? ['verify: false'] : []),
  ];
  if (refused.length === 0) return;
  throw new Failure('InvalidInput', `The entry of cloud ${cloud} says what is not read here`, {
    on: place,
    cause: refused.join(', '),
    hint: 'Write names in place of ids (user_domain_name, project_name), the authority in cacert, or an application credential by its id',
  });
}

async function entryOf(path: string, cloud: string): Promise<CloudEntry | null> {
  const text = await readText(path);
  if (text === null) return null;
  const file = parse(text) as { clouds?: Readonly<Record<string, CloudEntry>> } | null;
  return file?.clouds?.[cloud] ?? null;
}

async function loginOf(
  open: CloudEntry,
  auth: Readonly<Record<string, string>>,
  place: string,
  cloud: string,
): Promise<CloudLogin> {
  const { auth_url: authUrl = '', username, password, project_name: project } = auth;
  const { application_credential_id: id, application_credential_secret: secret } = auth;
  const isComplete =
    id !== undefined
      ? secret !== undefined
      : username !== undefined && password !== undefined && project !== undefined;
  if (authUrl === '' || !isComplete) {
    const wanted =
      'auth_url and either username, password and project_name or an application credential by id';
    throw new Failure('InvalidInput', `The entry of cloud ${cloud} lacks a part: ${wanted}`, { on: place });
  }
  const certificates = open.cacert;
  const path =
    certificates === undefined || isAbsolute(certificates)
      ? certificates
      : join(dirname(place), certificates);
  return {
    authUrl: /\/v3\/?$/.test(authUrl) ? authUrl : `${authUrl.replace(/\/$/, '')}/v3`,
    username: username ?? '',
    password: password ?? '',
    domain: auth['user_domain_name'] ?? 'Default',
    project: { name: project ?? '', domain: auth['project_domain_name'] ?? 'Default' },
    region: open.region_name ?? null,
    authority: path === undefined ? null : await readFile(path, 'utf8'),
    interface: open.interface === 'internal' ? 'internal' : 'public',
    ...(id !== undefined && { applicationCredential: { id, secret: secret ?? '' } }),
  };
}
