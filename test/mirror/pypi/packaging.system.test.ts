// SPDX-License-Identifier: Apache-2.0
// Versions, specifiers and tags as the Python package `packaging` judges them, which pip judges by.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { platformTags, supportedTags } from '../../../workflows/contracts/mirror/pypi/distribution.ts';
import { allowedOf, isAllowed, parseSpecifier } from '../../../workflows/contracts/mirror/pypi/specifier.ts';
import {
  comparePythonVersions,
  isPrerelease,
  parseVersion,
  type PythonVersion,
} from '../../../workflows/contracts/mirror/pypi/version.ts';
import { cacheDirectory } from '../../system/cache-directory.ts';
import installPackaging from './install-packaging.sh';

const releases = ['1', '1.0', '1.0.0', '1.1', '1.10.2', '2!1.0', '0', '2024.12.31.235959123456789012'];
const suffixes = [
  '',
  'a1',
  'b2',
  'rc1',
  '.post1',
  '.dev0',
  'a1.dev2',
  'rc1.post2.dev3',
  '.post1.dev2',
  '+local.1',
  '+10',
];
/** Spelled otherwise than the normal form, then what is no version at all. */
const odd =
  'v1.0 1.0-1 1.0-alpha 1.0.PRE3 1.0_c4 1.0-r5 1.0.rev 1.0dev 1.0+Ubuntu_2-b x 1.0- 1..0 1.0+ 1.0.x 1.0-a-b 1! 1.0+a..b 1.0a1b2 -1';
const regular = releases.flatMap((release) => suffixes.map((suffix) => release + suffix));
const versions = [...regular, ...odd.split(' '), '', '1 0'];
const operators = ['~=', '==', '!=', '<=', '>=', '<', '>', '==='];
const others =
  '== 1.0.*|!=1.0.*|==1.*|==1.0.0.*|==2!1.*|~=1.0.*|>=1.*|==1.0a1.*|==1.0+1.*||>=1,<2|>=1.0, !=1.1, <2|>1,|,|=>1|>= 1 2|1.0|>=x|<2!0,>=1.0a1|===x';
const specifiers = [
  ...operators.flatMap((operator) => regular.map((version) => operator + version)),
  ...others.split('|'),
];
const targets = ['3.8', '3.13'].flatMap((python) =>
  ['manylinux_2_41_x86_64', 'manylinux_2_17_aarch64', 'musllinux_1_2_x86_64', 'win_amd64'].map(
    (platform) => [python, platform, platformTags(platform)] as const,
  ),
);

interface Answers {
  readonly valid: readonly string[];
  readonly sorted: readonly (readonly string[])[];
  readonly prereleases: readonly string[];
  readonly specifiers: readonly string[];
  readonly contained: Readonly<Record<string, readonly string[]>>;
  readonly filtered: Readonly<Record<string, readonly string[]>>;
  readonly tags: Readonly<Record<string, readonly string[]>>;
}

let answers: Answers;

beforeAll(async () => {
  const directory = join(cacheDirectory(), 'packaging-26.0');
  await mkdir(directory, { recursive: true });
  await execa('flock', [`${directory}.lock`, 'sh', '-c', installPackaging, 'install-packaging', directory]);
  const program = ['test/mirror/pypi/packaging-answers.py', join(directory, 'site')];
  const input = JSON.stringify({ versions, specifiers, targets });
  answers = JSON.parse((await execa('python3', program, { input })).stdout) as Answers;
});

const known = (text: string): PythonVersion => {
  const version = parseVersion(text);
  if (version === null) throw new Error(text);
  return version;
};

describe('parseVersion', () => {
  it('parseVersion() takes and refuses what packaging does', () => {
    expect(versions.filter((text) => parseVersion(text) !== null)).toEqual(answers.valid);
    expect(answers.valid.filter((text) => isPrerelease(known(text)))).toEqual(answers.prereleases);
  });

  it('comparePythonVersions() orders as packaging does', () => {
    const order = answers.sorted.flatMap((texts, rank) => texts.map((text) => ({ text, rank })));
    for (const one of order)
      for (const other of order)
        expect([one, other, Math.sign(comparePythonVersions(known(one.text), known(other.text)))]).toEqual([
          one,
          other,
          Math.sign(one.rank - other.rank),
        ]);
  });
});

describe('parseSpecifier', () => {
  it('parseSpecifier() takes and refuses what packaging does', () => {
    expect(specifiers.filter((text) => parseSpecifier(text) !== null)).toEqual(answers.specifiers);
  });

  it('isAllowed() and allowedOf() let through what packaging does', () => {
    const named = answers.valid.map((text) => ({ text, version: known(text) }));
    for (const text of answers.specifiers) {
      const specifier = parseSpecifier(text) ?? [];
      const allowed = named.filter((each) => isAllowed(specifier, each.version));
      expect([text, allowed.map((each) => each.text)]).toEqual([text, answers.contained[text]]);
      const filtered = allowedOf(specifier, named).map((each) => each.text);
      expect([text, filtered]).toEqual([text, answers.filtered[text]]);
    }
  });
});

describe('supportedTags', () => {
  it.each(targets)('supportedTags() of Python %s on %s are those of packaging', (python, platform) => {
    expect([...supportedTags(python, platform)].sort()).toEqual(answers.tags[`${python} ${platform}`]);
  });
});
