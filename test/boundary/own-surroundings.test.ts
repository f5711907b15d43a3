// SPDX-License-Identifier: Apache-2.0
// Every program that makes files of others or runs programs sets its own umask and PATH first.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './planted-tree.ts';

const programs = readFileSync(join(root, 'workers', 'build.mjs'), 'utf8').matchAll(/: '(workers\/\w+\.ts)'/g);

it.each([...programs].map(([, path = '']) => path))(
  '%s imports its surroundings before anything else',
  (path) => {
    const [first] = /^import .*$/m.exec(readFileSync(join(root, path), 'utf8')) ?? [];
    expect(first).toBe("import './own-surroundings.ts';");
  },
);

it('own-surroundings.ts makes folders that others may enter and finds what root needs, whatever the shell says', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-test-surroundings-'));
  try {
    // It holds no type: plain node takes it under another name.
    const module = join(folder, 'own-surroundings.mjs');
    copyFileSync(join(root, 'workers', 'own-surroundings.ts'), module);
    const program = `import '${module}'; import { mkdirSync } from 'node:fs'; mkdirSync(process.argv[1]); console.log(process.env.PATH);`;
    const node = [process.execPath, '--input-type=module', '-e', program, join(folder, 'made')];
    const script = 'umask 077; PATH=/usr/bin:/sbin:/bin; export PATH; exec "$@"';
    const path = execFileSync('sh', ['-c', script, 'sh', ...node], { encoding: 'utf8' });
    expect(path).toBe('/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/sbin\n');
    expect(statSync(join(folder, 'made')).mode & 0o777).toBe(0o755);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
