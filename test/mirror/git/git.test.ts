// SPDX-License-Identifier: Apache-2.0
// Packets of Git's protocol, names of refs, the steps of repositories, and what a spec, a change and a bundle may name.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Failure } from '../../../activities/clients/failure.ts';
import { PacketReader, packetsOf, packetText } from '../../../activities/clients/git/packets.ts';
import { mirrorProfile } from '../../../profiles/index.ts';
import { debArgs, gitArgs, mirrorBase, ociArgs, pypiArgs } from '../../../workflows/box/mirror/model.ts';
import { changeOf } from '../../../workflows/contracts/mirror/change/change.ts';
import { gitManifestOf, refNamed } from '../../../workflows/contracts/mirror/git/pins.ts';
import { parseGitManifest } from '../../../workflows/contracts/mirror/manifest.schema.ts';
import { parseMirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.schema.ts';
import { importBundleSteps } from '../../../workflows/operations/import-bundle/steps.ts';
import {
  planRefreshSteps,
  refreshMirrorsSteps,
} from '../../../workflows/operations/refresh-mirrors/steps.ts';
import { readFile } from '../../boundary/source-files.ts';
import { exampleImport } from '../../plans/bundles/example-bundle.ts';
import { expectGolden, goldenText } from '../../plans/golden.ts';

const fault = (cause: string): Failure => new Failure('Rejected', cause, { on: 'test' });

describe('packets', () => {
  it('packetsOf() gives what was framed, and a flush as an empty text', () => {
    const bytes = Buffer.from(`${packetText('want ä\n')}0000${packetText('done\n')}`);
    expect(packetsOf(bytes, fault)).toEqual(['want ä\n', '', 'done\n']);
  });

  it.each(['zzzz', '0009done', '00'])('packetsOf() refuses %j', (text) => {
    expect(() => packetsOf(Buffer.from(text), fault)).toThrow('not framed');
  });

  const read = async (pieces: readonly string[]): Promise<string[]> => {
    const body = (async function* () {
      for (const piece of pieces) yield Promise.resolve(Buffer.from(piece));
    })();
    const packets: string[] = [];
    for await (const packet of new PacketReader(fault).read(body)) packets.push(packet.toString());
    return packets;
  };

  it('PacketReader reads across pieces of any size, and ends at a flush', async () => {
    const text = `${packetText('one')}${packetText('two')}0000`;
    expect(await read([...text])).toEqual(['one', 'two']);
    expect(await read([text])).toEqual(['one', 'two']);
  });

  it.each([[['0007one']], [['0007one', '00']], [['xxxxone']]])(
    'PacketReader refuses %j: it is cut off',
    async (pieces) => {
      await expect(read(pieces)).rejects.toThrow(/ended before|not framed/);
    },
  );
});

describe('refNamed()', () => {
  const refs = new Map([
    ['refs/heads/main', 'a'],
    ['refs/heads/both', 'b'],
    ['refs/tags/both', 'c'],
    ['refs/tags/v1', 'd'],
  ]);

  it.each([
    ['main', 'refs/heads/main'],
    ['v1', 'refs/tags/v1'],
    ['both', 'refs/heads/both'],
    ['refs/tags/both', 'refs/tags/both'],
    ['absent', null],
  ])('finds %s', (name, full) => {
    expect(refNamed(name, refs)).toBe(full);
  });
});

const example = readFile('examples/mirror.yaml').text;
const repositories = [{ name: 'tools', url: 'https://git.test/lab/tools', refs: ['main', 'v1.0'] }];
const parsedWith = (git: unknown) => parseMirrorSpec({ ...(parse(example) as object), git });

function specWith(git: unknown) {
  const parsed = parsedWith(git);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

describe('steps of Git repositories', () => {
  const spec = specWith(repositories);
  const deb = debArgs(spec, 'http://archive.test/debian');
  const pypi = pypiArgs(spec, 'http://index.test');
  const args = { box: spec.name, keep: 5, deb, pypi, oci: ociArgs(spec), git: gitArgs(spec) };
  const ofGit = (steps: readonly { readonly id: string }[]): string[] =>
    steps.map(({ id }) => id).filter((id) => /(^|\.)git(\.|$)/.test(id));

  it('are those that refresh-mirrors/README.md tells, and lead to the revision', () => {
    const steps = refreshMirrorsSteps(args, false);
    const text = readFile('workflows/operations/refresh-mirrors/README.md').text;
    const told = [...text.matchAll(/^\| (git\.\S+|smoke\.git) \|/gm)];
    expect(ofGit(steps)).toEqual(told.map(([, id]) => id));
    expect(steps.find(({ id }) => id === 'revision')?.after).toContain('git.built');
    expect(steps.find(({ id }) => id === 'published')?.after).toContain('smoke.git');
    expect(ofGit(planRefreshSteps(args))).toEqual(['git.plan']);
    const own = steps.filter(({ id }) => ofGit([{ id }]).length > 0);
    expectGolden('mirror/refresh-mirrors.git.golden', goldenText(own));
  });

  it('fetch nothing in an import, and need git in the box', () => {
    const steps = importBundleSteps({ ...exampleImport, ...args });
    expect(ofGit(steps)).toEqual(['git.built', 'smoke.git']);
    const facts = {
      profile: mirrorProfile,
      sources: { text: '', releases: [], aptOptions: [] },
      ownMirror: '',
      ownIndex: '',
      digest: (text: string): string => text.length.toString(16).padStart(16, '0'),
    };
    expect(mirrorBase(spec, facts).packages).toContain('git');
    expect(mirrorBase(specWith(undefined), facts).packages).not.toContain('git');
  });

  it('stand in the example as a comment that works', () => {
    const commented = /^# (git:\n(?:#.*\n)+)/m.exec(example)?.[1]?.replaceAll(/^# ?/gm, '') ?? '';
    expect(specWith((parse(commented) as { git: unknown }).git).git).toHaveLength(1);
  });
});

describe('the spec of a mirror', () => {
  it.each([
    [{}, null],
    [{ refs: ['refs/tags/v1.0', 'feature/x+y'] }, null],
    [{ refs: [] }, 'git.0.refs'],
    [{ refs: ['../main'] }, 'git.0.refs.0'],
    [{ refs: ['-x'] }, 'git.0.refs.0'],
    [{ refs: ['a b'] }, 'git.0.refs.0'],
    [{ refs: ['main.lock'] }, 'git.0.refs.0'],
    [{ url: 'ssh://git.test/x' }, 'git.0.url'],
    [{ url: 'https://user:word@git.test/x' }, 'git.0.url'],
  ])('judges a repository: %j', (change, path) => {
    const parsed = parsedWith([{ ...repositories[0], ...change }]);
    const paths = parsed.ok ? [] : parsed.issues.map((issue) => issue.path);
    expect(paths).toEqual(path === null ? [] : expect.arrayContaining([path]));
  });

  const changed = (action: 'add' | 'remove', item: string, git: unknown = repositories) =>
    changeOf(specWith(git), { action, kind: 'git', item, to: null });

  it('takes one branch or tag more or less, by URL or by name', () => {
    expect(changed('add', 'tools#stable')).toMatchObject({ lines: ['+ git tools: stable'] });
    expect(changed('add', 'https://git.test/lab/tools#main')).toMatchObject({ lines: [] });
    expect(changed('add', 'https://git.test/lab/Other.git#main')).toMatchObject({
      lines: ['+ git other: main'],
    });
    expect(changed('remove', 'tools#v1.1')).toMatchObject({
      details: ['Did you mean v1.0?', 'it names: main, v1.0'],
    });
  });

  it('wants the first repository in the file: the box has no git yet', () => {
    expect(changed('add', 'https://git.test/lab/tools#main', [])).toMatchObject({
      ok: false,
      details: ['Describe one in the file of the mirror, then holdfast mirrors install FILE'],
    });
  });
});

describe('parseGitManifest()', () => {
  const id = '1'.repeat(40);
  const own = {
    repository: 'tools',
    url: 'https://git.test/x',
    refs: { 'refs/heads/main': id },
    head: 'refs/heads/main',
  };
  const packs = {
    repository: 'tools',
    url: 'https://git.test/x',
    tips: [id],
    packs: [{ digest: 'a'.repeat(64), size: 1 }],
  };
  const manifest = gitManifestOf({ repositories: [own] }, { repositories: [packs] });

  it('takes what a refresh makes', () => {
    expect(parseGitManifest(manifest)).toEqual({ ok: true, value: manifest });
    expect(() => gitManifestOf({ repositories: [own] }, { repositories: [] })).toThrow('nothing of tools');
  });

  it.each([
    { repository: '../x' },
    { refs: { 'refs/heads/../x': id } },
    { refs: { 'refs/heads/main': 'x' } },
    { head: 'main\nx' },
    { packs: [{ digest: '../x', size: 1 }] },
  ])('refuses %j of a bundle', (change) => {
    expect(
      parseGitManifest({ ...manifest, repositories: [{ ...manifest.repositories[0], ...change }] }).ok,
    ).toBe(false);
  });
});
