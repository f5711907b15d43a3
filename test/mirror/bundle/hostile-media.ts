// SPDX-License-Identifier: Apache-2.0
// What somebody may do to a medium on its way, and what a signer who lost the key or the mind may sign.
import {
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { newSiteKey, sshSign } from '../../../activities/clients/bundle/site-key.ts';
import { storeOf } from '../../../activities/mirror/site.ts';
import {
  bundleNamespace,
  receiptNamespace,
  type Bundle,
} from '../../../workflows/contracts/mirror/bundle.ts';
import type { BundleLab } from './bundle-lab.ts';

/** One attack on the medium of a lab. */
export interface Attack {
  readonly name: string;
  readonly make: (lab: BundleLab) => Promise<void>;
}

const at = (lab: BundleLab, name: string): string => join(lab.medium, name);

async function rewrite(path: string, change: (bytes: Buffer) => Uint8Array): Promise<void> {
  await writeFile(path, change(await readFile(path)));
}

const flipped = (share: number) => (bytes: Buffer) => {
  const index = Math.min(bytes.length - 1, Math.floor(share * bytes.length));
  bytes.writeUInt8(bytes.readUInt8(index) ^ 1, index);
  return bytes;
};

const steps = (count: number): number[] => Array.from({ length: count }, (_, index) => index / count);

const names = ['bundle.json', 'near.sig', 'segment-00001', 'segment-00002', 'segment-00003'] as const;

const onFile = (
  name: string,
  what: string,
  make: (path: string, lab: BundleLab) => Promise<void>,
): Attack => ({
  name: `${what} ${name}`,
  make: (lab) => make(at(lab, name), lab),
});

/** How many places of a file are tried. */
const flips = {
  'bundle.json': 60,
  'near.sig': 20,
  'segment-00001': 12,
  'segment-00002': 12,
  'segment-00003': 12,
};

/** Bytes of files, wherever they stand. */
const bytesAttacks: Attack[] = names.flatMap((name) => [
  ...steps(flips[name]).map((share) =>
    onFile(name, `flip at ${(share * 100).toFixed(1)} % of`, (path) => rewrite(path, flipped(share))),
  ),
  ...steps(3).map((share) =>
    onFile(name, `cut at ${(share * 100).toFixed(0)} % of`, (path) =>
      rewrite(path, (bytes) => bytes.subarray(0, Math.floor(share * bytes.length))),
    ),
  ),
]);

/** Files that are not what they seem. */
const fileAttacks: Attack[] = names.flatMap((name) => [
  onFile(name, 'link in place of', async (path, lab) => {
    const away = join(lab.folder, `away-${name}`);
    await rename(path, away);
    await symlink(away, path);
  }),
  onFile(name, 'pipe in place of', async (path) => {
    await rm(path);
    await execa('mkfifo', [path]);
  }),
  onFile(name, 'folder in place of', async (path) => {
    await rm(path);
    await mkdir(path);
  }),
  onFile(name, 'no', (path) => rm(path)),
  onFile(name, 'terabyte of nothing behind', (path) => truncate(path, 2 ** 40)),
]);

const swaps: Attack[] = [
  ['segment-00001', 'segment-00002'],
  ['segment-00001', 'segment-00003'],
  ['segment-00002', 'segment-00003'],
].map(([one = '', other = '']) => ({
  name: `${one} and ${other} swapped`,
  make: async (lab) => {
    await rename(at(lab, one), at(lab, 'x'));
    await rename(at(lab, other), at(lab, one));
    await rename(at(lab, 'x'), at(lab, other));
  },
}));

async function signed(lab: BundleLab, text: string, key = lab.near.privateKey, namespace = bundleNamespace) {
  await writeFile(at(lab, 'bundle.json'), text);
  await writeFile(at(lab, 'near.sig'), sshSign(key, Buffer.from(text), namespace));
}

const bundleOf = async (lab: BundleLab): Promise<Bundle> =>
  JSON.parse(await readFile(at(lab, 'bundle.json'), 'utf8')) as Bundle;

const signatures: Attack[] = [
  {
    name: 'signature by a foreign key',
    make: async (lab) => signed(lab, await readFile(at(lab, 'bundle.json'), 'utf8'), newSiteKey()),
  },
  {
    name: 'signature for another purpose',
    make: async (lab) =>
      signed(lab, await readFile(at(lab, 'bundle.json'), 'utf8'), lab.near.privateKey, receiptNamespace),
  },
  {
    name: 'one signature twice where two are wanted',
    make: async (lab) => {
      lab.receives = { ...lab.receives, threshold: 2, signers: [lab.near.publicKey, lab.far.publicKey] };
      await copyFile(at(lab, 'near.sig'), at(lab, 'other.sig'));
    },
  },
  {
    name: 'a thousand signatures that are none',
    make: async (lab) => {
      for (let index = 0; index < 1000; index += 1) await writeFile(at(lab, `a${index}.sig`), 'x');
      await rm(at(lab, 'near.sig'));
    },
  },
];

/** Signed by the right key, and not to be taken all the same. */
const forms: Attack[] = (
  [
    ['no JSON', '{'],
    ['a deep nest', '['.repeat(200_000)],
    ['another kind', { kind: 'receipt' }],
    ['a later format', { format: 2 }],
    ['another site', { site: 'other' }],
    ['a site that is a path', { site: '../near' }],
    ['generation 0', { generation: 0 }],
    ['a generation below the published one', { generation: 1 }],
    ['a generation that is a text', { generation: '9' }],
    ['a generation beyond all numbers', { generation: 1e300 }],
    ['a revision that is a path', { revision: '../../etc/passwd' }],
    ['a revision that is nowhere', { revision: 'f'.repeat(64) }],
    ['segments of one byte', { segmentBytes: 1 }],
    ['segments beyond every medium', { segmentBytes: 2 ** 40 }],
    ['contents of a negative size', { contents: [{ digest: 'a'.repeat(64), size: -1 }] }],
    ['contents of a petabyte', { contents: [{ digest: 'a'.repeat(64), size: 2 ** 50 }] }],
    [
      'contents that no disk holds',
      {
        contents: steps(20_000).map((_, index) => ({
          digest: index.toString(16).padStart(64, '0'),
          size: 2 ** 36,
        })),
      },
    ],
    ['contents that are a path', { contents: [{ digest: '../../../etc/cron.d/x', size: 1 }] }],
    ['a source that is a path', { pypi: [{ ...pypiIndex(), name: '../live' }] }],
    ['a source with an option for a name', { pypi: [{ ...pypiIndex(), name: '-x' }] }],
    ['a project that is a path', { pypi: [{ ...pypiIndex(), projects: [{ name: '../x' }] }] }],
    ['a source that the revision does not have', { pypi: [{ ...pypiIndex(), name: 'other' }] }],
    ['no source at all', { pypi: [] }],
    ['a key that nobody knows', { run: 'rm -rf /' }],
  ] as const
).map(([name, change]) => ({
  name: `well signed: ${name}`,
  make: async (lab) =>
    signed(
      lab,
      typeof change === 'string' ? change : JSON.stringify({ ...(await bundleOf(lab)), ...change }),
    ),
}));

function pypiIndex() {
  return {
    name: 'python',
    url: 'http://index.test/simple',
    pythons: ['3.13'],
    platforms: ['manylinux_2_41_x86_64'],
    sources: 'fallback',
    projects: [{ name: 'thing', versions: '', newest: 1 }],
  };
}

interface ManifestChange {
  readonly manifest?: object;
  readonly file?: object;
  readonly project?: object;
  readonly index?: object;
  readonly revision?: object;
}

/** The manifest in the bundle is another one, and all that names it is signed anew. */
async function withManifest(lab: BundleLab, change: ManifestChange): Promise<void> {
  const bundle = await bundleOf(lab);
  const store = storeOf(lab.near.site);
  const { pypi } = JSON.parse((await store.read(bundle.revision)).toString()) as { pypi: string };
  const manifest = JSON.parse((await store.read(pypi)).toString()) as {
    indexes: { index: string; projects: { project: string; files: object[] }[] }[];
  };
  const [index] = manifest.indexes;
  const [project] = index?.projects ?? [];
  const [file, ...files] = project?.files ?? [];
  const changed = {
    ...manifest,
    indexes: [
      {
        ...index,
        projects: [{ ...project, files: [{ ...file, ...change.file }, ...files], ...change.project }],
        ...change.index,
      },
    ],
    ...change.manifest,
  };
  const put = await store.put(Buffer.from(JSON.stringify(changed)));
  const revision = await store.put(
    Buffer.from(JSON.stringify({ kind: 'site', pypi: put.digest, ...change.revision })),
  );
  const contents = [...bundle.contents, put, revision].sort((one, other) =>
    one.digest < other.digest ? -1 : 1,
  );
  await rm(lab.medium, { recursive: true });
  await mkdir(lab.medium);
  const text = JSON.stringify({ ...bundle, revision: revision.digest, segmentBytes: 2 ** 31, contents });
  await signed(lab, text);
  const bytes = await Promise.all(contents.map(({ digest }) => store.read(digest)));
  await writeFile(at(lab, 'segment-00001'), Buffer.concat(bytes));
}

const manifests: Attack[] = (
  [
    ['a file that leads upwards', { file: { filename: '../../../../etc/cron.d/x' } }],
    ['a file with a slash', { file: { filename: 'a/b.whl' } }],
    ['a file that is hidden', { file: { filename: '.htaccess' } }],
    ['a file with a null byte', { file: { filename: 'a\0.whl' } }],
    ['a file of a digest that is a path', { file: { digest: '../../x' } }],
    ['a file that the bundle lacks', { file: { digest: 'e'.repeat(64) } }],
    ['a file of another size', { file: { size: 1e15 + 0.5 } }],
    ['metadata that is a path', { file: { metadata: { digest: '/etc/shadow', size: 1 } } }],
    ['a project that leads upwards', { project: { project: '../../../live' } }],
    ['a project with markup', { project: { project: '"><script>' } }],
    ['an index that leads upwards', { index: { index: '../../aptly' } }],
    ['another index', { index: { index: 'other' } }],
    ['an index twice removed', { manifest: { indexes: [] } }],
    ['another kind', { manifest: { kind: 'deb' } }],
    ['serials of texts', { manifest: { serials: { a: 'x' } } }],
    ['a Debian manifest that is a Python one', { revision: { deb: 'd'.repeat(64) } }],
    ['a revision of another kind', { revision: { kind: 'box' } }],
    ['images that are nowhere', { revision: { oci: 'a'.repeat(64) } }],
    ['a revision with a strange key', { revision: { npm: 'a'.repeat(64) } }],
  ] as const
).map(([name, change]) => ({
  name: `well signed manifest: ${name}`,
  make: (lab) => withManifest(lab, change),
}));

const lost: Attack = {
  name: 'an empty medium',
  make: async (lab) => {
    for (const name of await readdir(lab.medium)) await rm(at(lab, name));
  },
};

export const attacks: readonly Attack[] = [
  ...bytesAttacks,
  ...fileAttacks,
  ...swaps,
  ...signatures,
  ...forms,
  ...manifests,
  lost,
];
