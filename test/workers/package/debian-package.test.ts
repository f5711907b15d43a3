// SPDX-License-Identifier: Apache-2.0
// What the Debian package says of itself and brings along. The proof `package` builds and installs it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bootUnitText } from '../../../workers/machine/boot-unit.ts';
import { boxPrograms, controlText, debianVersion } from '../../../workers/package/debian-control.mjs';
import { installedPackages } from '../../../workers/package/installed-packages.mjs';
import { root } from '../../boundary/planted-tree.ts';

describe('debianVersion()', () => {
  it('is one that dpkg accepts, and newer than the release it was built after', () => {
    for (const commit of ['6e92a71', '6e92a71-dirty', 'unknown']) {
      const version = debianVersion('0.1.0', commit);
      execFileSync('dpkg', ['--validate-version', version]);
      execFileSync('dpkg', ['--compare-versions', version, 'gt', '0.1.0']);
    }
  });
});

describe('controlText()', () => {
  it('names every Debian package that boxes need', () => {
    const text = controlText({
      version: '0.1.0',
      architecture: 'amd64',
      sizeKibibytes: 5,
      description: 'Keeps clouds alive',
    });
    const [, depends = ''] = /^Depends: (.*)$/m.exec(text) ?? [];
    expect(depends.split(', ')).toEqual(expect.arrayContaining(Object.values(boxPrograms)));
    expect(text).toMatch(/^Description: Keeps clouds alive\n( .*\n)+$/m);
  });
});

describe('the unit of the Debian package', () => {
  it('watches and restarts as the one that `up --boot` writes', () => {
    const text = readFileSync(join(root, 'workers', 'package', 'debian', 'holdfast.service'), 'utf8');
    const own = bootUnitText(
      {
        stateDirectory: '/var/lib/holdfast',
        cacheDirectory: '/root/.cache/holdfast',
        environment: {},
      } as Parameters<typeof bootUnitText>[0],
      '/usr/bin/node',
      '/usr/lib/holdfast/dist',
    );
    const lasting = own
      .split('\n')
      .filter((line) => /^\w+=/.test(line) && !/^(Environment|Exec\w+)=/.test(line));
    expect(lasting.filter((line) => !text.split('\n').includes(line))).toEqual([]);
  });
});

describe('installedPackages()', () => {
  let tree: string;
  beforeEach(() => {
    tree = mkdtempSync(join(tmpdir(), 'holdfast-test-'));
  });
  afterEach(() => rmSync(tree, { recursive: true }));

  const install = (folder: string, manifest: object): void => {
    const path = join(tree, folder, 'package.json');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(manifest));
  };

  it('takes the package nearest to the one that needs it, each once', () => {
    install('node_modules/a', { dependencies: { b: '1', '@s/c': '2' } });
    install('node_modules/a/node_modules/b', { dependencies: { a: '1' } });
    install('node_modules/b', {});
    install('node_modules/@s/c', { optionalDependencies: { missing: '1' } });
    install('node_modules/other', {});
    expect(installedPackages(tree, ['a'])).toEqual([
      'node_modules/@s/c',
      'node_modules/a',
      'node_modules/a/node_modules/b',
    ]);
  });

  it('names a dependency that is missing, and what needs it', () => {
    install('node_modules/a', { dependencies: { b: '1' } });
    expect(() => installedPackages(tree, ['a'])).toThrow(
      'b, needed by node_modules/a, is not installed: run npm ci',
    );
  });
});
