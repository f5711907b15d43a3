// SPDX-License-Identifier: Apache-2.0
// Every program that makes files of others sets its own umask first.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './planted-tree.ts';

const programs = readFileSync(join(root, 'workers', 'build.mjs'), 'utf8').matchAll(/: '(workers\/\w+\.ts)'/g);

it.each([...programs].map(([, path = '']) => path))('%s imports its umask before anything else', (path) => {
  const [first] = /^import .*$/m.exec(readFileSync(join(root, path), 'utf8')) ?? [];
  expect(first).toBe("import './own-umask.ts';");
});

it('own-umask.ts makes folders that others may enter, whatever the shell says', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-test-umask-'));
  try {
    // It holds no type: plain node takes it under another name.
    const module = join(folder, 'own-umask.mjs');
    copyFileSync(join(root, 'workers', 'own-umask.ts'), module);
    const program = `import '${module}'; import { mkdirSync } from 'node:fs'; mkdirSync(process.argv[1]);`;
    const node = [process.execPath, '--input-type=module', '-e', program, join(folder, 'made')];
    execFileSync('sh', ['-c', 'umask 077; exec "$@"', 'sh', ...node], { stdio: 'ignore' });
    expect(statSync(join(folder, 'made')).mode & 0o777).toBe(0o755);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
