// SPDX-License-Identifier: Apache-2.0
// A build borrows what this machine's apt fetches with, and what it built holds none of it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aptAccessOptions } from '../../../activities/clients/machine/apt-access.ts';

/** As mmdebstrap runs a hook: the root as the shell's first argument. */
function runHook(option: string, root: string, aptConfig: string): void {
  const [, script = ''] = /^--\w+-hook=([\s\S]*)$/.exec(option) ?? [];
  const env = { PATH: process.env['PATH'] ?? '', APT_CONFIG: aptConfig };
  execFileSync('sh', ['-c', script, 'exec', root], { env });
}

const filesBelow = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(root, path)).isFile(),
  );

it('aptAccessOptions() lends the proxies of apt, for root alone, and takes them back', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-test-apt-'));
  try {
    const root = join(folder, 'root');
    const config = join(folder, 'apt.conf');
    writeFileSync(config, 'Acquire::http::Proxy "http://user:word@proxy.example:3142";\n');
    const [lend = '', take = ''] = aptAccessOptions();
    runHook(lend, root, config);
    const lent = join(root, 'etc/apt/apt.conf.d/00holdfast-lent');
    expect(execFileSync('cat', [lent], { encoding: 'utf8' })).toContain(
      'http://user:word@proxy.example:3142',
    );
    expect(statSync(lent).mode & 0o777).toBe(0o600);
    runHook(take, root, config);
    expect(filesBelow(root)).toEqual([]);
    expect(aptAccessOptions(false)).toEqual([lend]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
