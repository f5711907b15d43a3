// SPDX-License-Identifier: Apache-2.0
// Where Keystone reads the keys of a ring, and how what lies there differs from it. Shows no key.
import { createPublicKey } from 'node:crypto';
import {
  laidKeys,
  primaryKey,
  type KeyRing,
  type KeyRingName,
} from '../../../workflows/contracts/keys/key-ring.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { FencingToken } from '../../hosts/durable-command.ts';
import type { Host } from '../../hosts/host.ts';
import { base64 } from '../../hosts/shell-words.ts';
import layKeys from './lay-keys.sh';
import readKeys from './read-keys.sh';

/** A folder with all that it holds. */
interface KeyFolder {
  readonly path: string;
  readonly files: ReadonlyMap<string, string>;
}

/** By their ring, in the order in which they are written. @source defaults of Keystone's `key_repository` and `jws_*_key_repository` */
const foldersOf: Readonly<Record<KeyRingName, readonly string[]>> = {
  fernet: ['/etc/keystone/fernet-keys'],
  credential: ['/etc/keystone/credential-keys'],
  // Public ones first: a token is checked from the moment on in which it is signed.
  jws: ['/etc/keystone/jws-keys/public', '/etc/keystone/jws-keys/private'],
};

function wantedFolders(name: KeyRingName, ring: KeyRing): KeyFolder[] {
  const [first = '', second = ''] = foldersOf[name];
  const keys = laidKeys(ring);
  if (name === 'jws') {
    const publicKeys = keys.map(({ id, secret }) => [`${id}.pem`, publicPem(secret)] as const);
    return [
      { path: first, files: new Map(publicKeys) },
      { path: second, files: new Map([['private.pem', primaryKey(ring).secret]]) },
    ];
  }
  // Keystone takes the file with the highest number for the primary, and 0 for a key that is to be one.
  const files = keys.map(({ id, secret }) => [id > ring.primary ? '0' : String(id), secret] as const);
  return [{ path: first, files: new Map(files) }];
}

const publicPem = (secret: string): string =>
  createPublicKey(secret).export({ type: 'spki', format: 'pem' }).toString();

interface PresentFile {
  readonly rights: string;
  readonly content: string;
}

interface PresentFolder {
  /** Null: absent. */
  readonly rights: string | null;
  readonly files: ReadonlyMap<string, PresentFile>;
}

/** One for each path, in their order. */
async function presentFolders(host: Host, paths: readonly string[]): Promise<PresentFolder[]> {
  const text = await host.output(['sh', '-c', readKeys, 'reading keys', ...paths]);
  const folders: { rights: string | null; files: Map<string, PresentFile> }[] = [];
  for (const line of text.split('\n').filter(Boolean)) {
    const [kind, mode = '', owner = '', group = '', name = '', content = ''] = line.split(' ');
    const rights = `${mode} ${owner}:${group}`;
    if (kind === 'absent') folders.push({ rights: null, files: new Map() });
    else if (kind === 'folder') folders.push({ rights, files: new Map() });
    else folders.at(-1)?.files.set(name, { rights, content: Buffer.from(content, 'base64').toString() });
  }
  return folders;
}

const [folderRights, fileRights] = ['700 keystone:keystone', '600 keystone:keystone'];

/** No difference when Keystone reads exactly the keys of the ring, and no other user does. */
export async function keyDifferences(host: Host, name: KeyRingName, ring: KeyRing): Promise<Difference[]> {
  const wanted = wantedFolders(name, ring);
  const present = await presentFolders(
    host,
    wanted.map(({ path }) => path),
  );
  return wanted.flatMap((folder, index) => folderDifferences(folder, present[index]));
}

function folderDifferences({ path, files }: KeyFolder, present: PresentFolder | undefined): Difference[] {
  if (present === undefined || present.rights === null)
    return [{ what: `folder ${path}`, have: 'absent', want: 'present' }];
  const differences: Difference[] = [];
  if (present.rights !== folderRights)
    differences.push({ what: `rights of ${path}`, have: present.rights, want: folderRights });
  for (const [file, content] of files) {
    const have = present.files.get(file);
    const what = `key ${path}/${file}`;
    if (have === undefined) differences.push({ what, have: 'absent', want: 'present' });
    else if (have.content !== content)
      differences.push({ what, have: 'another', want: 'of the secret store' });
    else if (have.rights !== fileRights)
      differences.push({ what: `rights of ${path}/${file}`, have: have.rights, want: fileRights });
  }
  for (const file of present.files.keys())
    if (!files.has(file))
      differences.push({
        what: `key ${path}/${file}`,
        have: 'present',
        want: 'absent: the secret store has none',
      });
  return differences;
}

/** Further keys first, spent ones last. @throws Failure Conflict when overtaken */
export async function layRing(
  host: Host,
  caller: FencingToken,
  name: KeyRingName,
  ring: KeyRing,
): Promise<string> {
  const lines = wantedFolders(name, ring).flatMap(({ path, files }) => [
    `folder ${path}`,
    ...[...files].map(([file, content]) => `file ${file} ${base64(content)}`),
  ]);
  const written = await host.change(caller, layKeys, 'writing keys', `${lines.join('\n')}\n`);
  return `${written.split('\n').filter(Boolean).length} keys written`;
}

/** Whole keys of a repository, by their ids; none where there is no whole one. */
export async function foundKeys(host: Host, name: KeyRingName): Promise<{ id: number; secret: string }[]> {
  const present = await presentFolders(host, foldersOf[name]);
  if (name === 'jws') {
    const secret = present[1]?.files.get('private.pem')?.content ?? '';
    return secret.includes('PRIVATE KEY') ? [{ id: 1, secret }] : [];
  }
  const keys = [...(present[0]?.files ?? [])]
    .map(([file, { content }]) => ({ id: Number(file), secret: content.trim() }))
    .filter(({ id, secret }) => Number.isInteger(id) && /^[\w-]{43}=$/.test(secret));
  // Nothing is made by a staged key while there is another.
  const used = keys.filter(({ id }) => id > 0).sort((a, b) => a.id - b.id);
  return used.length > 0 ? used : keys.map(({ secret }) => ({ id: 1, secret }));
}
