// SPDX-License-Identifier: Apache-2.0
// The real web UI's address, command line and Temporal: a program that asks for a Python project starts the run of `mirrors add`.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mirrorSpecFile } from '../../workflows/contracts/mirror/mirror-spec.ts';
import { Lab } from '../system/lab.ts';

const spec = {
  apiVersion: 'holdfast/v1',
  kind: 'Mirror',
  name: 'post-lab',
  network: { cidr: '10.88.43.0/24', address: '10.88.43.2', gateway: '10.88.43.1' },
  deb: [{ name: 'debian', suites: ['trixie'], packages: ['hello'] }],
};

let lab: Lab;

const read = async (path: string) =>
  JSON.parse(await readFile(join(lab.stateDirectory, path), 'utf8')) as Record<string, unknown>;

async function post(change: object): Promise<{ readonly status: number; readonly answer: unknown }> {
  const { token } = await read('ui-token.json');
  const { uiPort } = await read('temporal/ports.json');
  const url = `http://127.0.0.1:${String(uiPort)}/holdfast/mirrors/post-lab/allowlist/packages`;
  const headers = { authorization: `Bearer ${String(token)}` };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(change) });
  return { status: answer.status, answer: await answer.json() };
}

beforeAll(async () => {
  lab = await Lab.create();
  const path = join(lab.stateDirectory, mirrorSpecFile('post-lab'));
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, `${JSON.stringify(spec)}\n`, { mode: 0o600 });
});

afterAll(async () => {
  await lab?.endRuns();
  await lab?.dispose();
});

describe('the list of Python projects of a mirror', () => {
  it('starts the run that adds one', async () => {
    expect(await post({ mode: 'add', packages: ['Six<2'] })).toEqual({
      status: 202,
      answer: {
        id: 'change-mirror/post-lab',
        said: expect.arrayContaining(['+ pypi python: six <2']) as unknown,
      },
    });
    const handle = (await lab.client()).workflow.getHandle('change-mirror/post-lab');
    expect((await handle.describe()).type).toBe('ChangeMirror');
  });

  it.each([
    [{ mode: 'add', packages: ['not a project'] }, 'error: "not a project" is not a Python project'],
    [{ mode: 'delete', packages: ['six'] }, 'error: The mirror has no source under pypi'],
  ])('refuses what the command refuses: %j', async (change, line) => {
    expect(await post(change)).toEqual({
      status: 422,
      answer: { id: null, said: expect.arrayContaining([line]) as unknown },
    });
  });
});
