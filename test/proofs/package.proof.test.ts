// SPDX-License-Identifier: Apache-2.0
// The Debian package on a Debian 13 that has nothing else: built here, installed by apt, and used without a clone.
// Proves: workers/package cli/completion cli/holdfast.mjs
import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { debianSources } from '../../activities/clients/machine/debian-sources.ts';
import { root } from '../system/lab.ts';
import enter from './package/enter.sh';

let folder: string;
let debian: string;

/** In the new Debian, without a variable of this machine. */
const inside = (...argv: string[]) =>
  execa('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', enter, 'enter', debian, ...argv], {
    extendEnv: false,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LANG: 'C.UTF-8', TERM: 'xterm' },
    reject: false,
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-package-'));
  debian = join(folder, 'root');
  await execa('node', [join(root, 'workers', 'package', 'deb.mjs'), folder], { cwd: root });
  const [name = ''] = (await readdir(folder)).filter((each) => each.endsWith('.deb'));
  const sources = join(folder, 'sources');
  const own = await debianSources('trixie', undefined);
  if (own === null) throw new Error('This machine has no package source of Debian');
  await writeFile(sources, own.text);
  await execa(
    'mmdebstrap',
    [
      '--mode=root',
      '--variant=minbase',
      '--include=man-db,bash-completion,zsh',
      '--aptopt=APT::Install-Recommends "false"',
      `--customize-hook=copy-in ${join(folder, name)} /root`,
      `--customize-hook=chroot "$1" apt-get install -y /root/${name}`,
      'trixie',
      debian,
      sources,
    ],
    { timeout: 900_000 },
  );
}, 1_200_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the Debian package', () => {
  it('brings a command that reads without starting anything, as any user', async () => {
    expect((await inside('holdfast', '--version')).stdout).toMatch(/^holdfast \d+\.\d+\.\d+ \([0-9a-f]{7}/);
    const list = await inside('holdfast', 'box', 'list');
    expect([list.exitCode, list.stderr]).toEqual([0, 'No box is recorded in /var/lib/holdfast']);
    const plain = await inside('setpriv', '--reuid=65534', '--clear-groups', 'holdfast', 'help');
    expect([plain.exitCode, plain.stdout]).toEqual([0, expect.stringContaining('box install')]);
    // Processes of the new Debian are processes of this machine.
    const left = await execa('pgrep', ['-f', '/usr/lib/holdfast/'], { reject: false });
    expect([left.exitCode, left.stdout]).toEqual([1, '']);
  });

  it('brings a manual page without a warning, and completions that bash and zsh read', async () => {
    const page = await inside('man', '--warnings', '8', 'holdfast');
    expect([page.exitCode, page.stderr]).toEqual([0, '']);
    expect(page.stdout).toMatch(/box install FILE/i);
    const script = '. /usr/share/bash-completion/completions/holdfast && complete -p holdfast';
    expect((await inside('bash', '-c', script)).stdout).toBe('complete -F _holdfast holdfast');
    // At the first tab, which loads the file.
    await copyFile(
      join(import.meta.dirname, 'package', 'complete.zsh'),
      join(debian, 'root', 'complete.zsh'),
    );
    expect((await inside('zsh', '-f', '/root/complete.zsh')).stdout).toContain('holdfast box install');
  });

  it('loads what it does not bundle at the versions of the tests', async () => {
    const script =
      "await import('@temporalio/worker'); await import('ssh2'); await import('pkcs11js'); console.log('loaded')";
    const loaded = await inside(
      'sh',
      '-c',
      'cd /usr/lib/holdfast && exec node --input-type=module -e "$1"',
      'loading',
      script,
    );
    expect([loaded.stdout, loaded.stderr]).toEqual(['loaded', '']);
  });

  it('is removed whole', async () => {
    expect((await inside('apt-get', 'remove', '-y', 'holdfast')).exitCode).toBe(0);
    expect((await inside('ls', '/usr/lib/holdfast')).exitCode).not.toBe(0);
    expect((await inside('dpkg', '-L', 'holdfast')).exitCode).not.toBe(0);
  });
});
