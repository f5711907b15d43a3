// SPDX-License-Identifier: Apache-2.0
// The folder for another machine: what is in it, and what real shells make of it wherever it lies.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { holdfast, labFiles, labSpec } from './doubles/samples.ts';

const args = ['box', 'access', 'lab', '--to', '/laptop'];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast test '));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Lays what the command wrote into a folder of this machine, as a copy by ssh would. */
async function copied(name: string, more: readonly string[] = []): Promise<string> {
  const { io, exitCode } = await holdfast({ args: [...args, ...more], files: labFiles });
  expect(exitCode).toBe(0);
  const target = join(folder, name);
  mkdirSync(target);
  for (const [path, text] of Object.entries(io.writtenFiles))
    if (path.startsWith('/laptop/')) writeFileSync(join(target, basename(path)), text);
  return target;
}

const variablesOf = (shell: string, script: string, path: string): string[] =>
  execFileSync(shell, ['-euc', script, shell, path], {
    encoding: 'utf8',
    cwd: path,
    env: {
      PATH: process.env['PATH'] ?? '',
      OS_TOKEN: 'left',
      no_proxy: 'example.org',
      NO_PROXY: 'example.net',
    },
  })
    .split('\n')
    .filter((line) => /^(OS_|no_proxy|NO_PROXY)/.test(line))
    .sort();

describe('box access', () => {
  it.each(['sh', 'bash'])(
    'is read by %s wherever the folder lies, and again after it was moved',
    async (shell) => {
      const host = labSpec.networks.management.address;
      for (const name of ['first', 'moved & renamed']) {
        const path = await copied(name);
        const variables = variablesOf(shell, '. ./env.sh; . ./env.sh; env', path);
        expect(variables).toEqual([
          `NO_PROXY=example.net,${host}`,
          `OS_CLIENT_CONFIG_FILE=${path}/clouds.yaml`,
          'OS_CLOUD=lab-admin',
          `no_proxy=example.org,${host}`,
        ]);
        const { clouds } = parse(readFileSync(join(path, 'clouds.yaml'), 'utf8')) as {
          clouds: Record<string, { cacert: string }>;
        };
        expect(Object.values(clouds).map(({ cacert }) => cacert)).toEqual(
          Object.values(clouds).map(() => `${path}/ca.pem`),
        );
      }
    },
  );

  it('bash reads it from another folder, too', async () => {
    const path = await copied('there');
    expect(variablesOf('bash', 'cd /; . "$1/env.sh"; env', path)).toContain(
      `OS_CLIENT_CONFIG_FILE=${path}/clouds.yaml`,
    );
  });

  it('holds only the clouds that were named, and refuses one that is not there with what is near', async () => {
    const path = await copied('one', ['--cloud', 'lab-admin']);
    const { clouds } = parse(readFileSync(join(path, 'clouds.yaml'), 'utf8')) as { clouds: object };
    expect(Object.keys(clouds)).toEqual(['lab-admin']);
    const wrong = await holdfast({ args: [...args, '--cloud', 'lab-admn'], files: labFiles });
    expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining('did you mean lab-admin?')]);
  });

  it('overwrites nothing, and says when no other machine gets there', async () => {
    const { stderr } = await holdfast({ args, files: labFiles });
    expect(stderr).toContain('warning: box lab is reached by this machine alone');
    const files = { ...labFiles, '/laptop/ca.pem': 'mine' };
    const refused = await holdfast({ args, files });
    expect([refused.exitCode, refused.stderr]).toEqual([
      1,
      expect.stringContaining('/laptop/ca.pem is there already; nothing was written'),
    ]);
    expect(refused.io.writtenFiles['/laptop/clouds.yaml']).toBeUndefined();
  });
});
