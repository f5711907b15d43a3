// SPDX-License-Identifier: Apache-2.0
// A mirror that boxes take their packages from is neither destroyed nor emptied under them. Real files, no server.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clients } from '../../../activities/clients/index.ts';
import { requireRevision } from '../../../activities/clients/machine/site-sources.ts';
import { requireSuites, usersOfSite } from '../../../activities/clients/state/site-users.ts';
import { userDifferences } from '../../../activities/mirror/users.ts';
import { compileActivities } from '../../../activities/operation/compile.ts';
import { recordWanted, recordWantedMirror } from '../../../cli/records/wanted-spec.ts';
import { writePrivate } from '../../../cli/terminal/files.ts';
import { parseMirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.schema.ts';
import { labSpec } from '../../system/lab.ts';

let stateDirectory: string;

const boxOf = (name: string, site: string) => labSpec(name, 9, { debian: { site } });

const mirrorOf = (suites: readonly string[]) => {
  const parsed = parseMirrorSpec({
    apiVersion: 'holdfast/v1',
    kind: 'Mirror',
    name: 'far',
    network: { cidr: '10.1.2.0/24', address: '10.1.2.2', gateway: '10.1.2.1' },
    debian: { mirror: 'http://archive.test/debian' },
    deb: [{ name: 'debian', url: 'http://archive.test/debian', suites, packages: ['hello'] }],
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
};

const recorded = (box: string): string => join(stateDirectory, 'boxes', box, 'spec.json');
const record = (box: string, site: string) => writePrivate(recorded(box), JSON.stringify(boxOf(box, site)));

const compiled = (operation: string, input: unknown): Promise<string> => {
  const data = [...Buffer.from(JSON.stringify(input))];
  const { compile } = compileActivities({ stateDirectory } as Clients);
  return compile({ operation, payloads: [{ encoding: 'json/plain', data }] }).then(
    () => 'accepted',
    (error: Error) => error.message,
  );
};
const destroyed = () => compiled('destroy-mirror', { name: 'far', takeOver: false });

beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'holdfast-site-users-'));
  await writePrivate(join(stateDirectory, 'sites/far/spec.json'), JSON.stringify(mirrorOf(['trixie'])));
});

afterEach(async () => {
  await rm(stateDirectory, { recursive: true, force: true });
});

describe('destroying a mirror', () => {
  it('is refused while a recorded box names it, with the box and the next command', async () => {
    await record('user', 'far');
    await record('other', 'near');
    const message = await destroyed();
    expect(message).toMatch(/box user takes its packages from far; next: .*holdfast box install FILE/);
    expect(message).not.toContain('box other');
    expect(await userDifferences(stateDirectory, 'far')).toMatchObject([
      { have: 'box user takes its packages from far' },
    ]);
  });

  it('is accepted when every box is known to take its packages elsewhere, or there is none', async () => {
    expect(await destroyed()).toBe('accepted');
    await record('other', 'near');
    expect(await destroyed()).toBe('accepted');
    expect(await userDifferences(stateDirectory, 'far')).toEqual([]);
  });

  it.each([
    ['absent', () => mkdir(join(stateDirectory, 'boxes/odd'), { recursive: true }), 'There is no file'],
    ['unreadable', () => mkdir(recorded('odd'), { recursive: true }), 'cannot be read: EISDIR'],
    ['no JSON', () => writePrivate(recorded('odd'), '{'), 'is not JSON'],
    ['not of a box', () => writePrivate(recorded('odd'), '{"name":"odd"}'), 'Its spec is damaged: '],
  ])('is refused while the spec of a box is %s', async (_, make, why) => {
    await make();
    const message = await destroyed();
    expect(message).toContain('box odd may take its packages from far');
    expect(message).toContain(why);
    expect(message).toContain('holdfast box install FILE records its spec anew');
  });

  it('is refused while the boxes cannot be listed', async () => {
    await writePrivate(join(stateDirectory, 'boxes'), 'not a folder');
    expect(await destroyed()).toContain('It is unknown which boxes take their packages from far');
  });

  it('knows a box whose install stopped before its spec was recorded', async () => {
    const place = { io: { writePrivate }, stateDirectory };
    await recordWanted(place, boxOf('early', 'near'));
    expect(await destroyed()).toBe('accepted');
    await recordWanted(place, boxOf('early', 'far'));
    expect(await destroyed()).toContain('box early takes its packages from far');
    await record('early', 'near');
    expect(await usersOfSite(stateDirectory, 'far')).toEqual({ users: [], unknown: [] });
  });
});

describe('taking a suite out of a mirror', () => {
  const installed = async (suites: readonly string[]) => {
    const wanted = await recordWantedMirror({ io: { writePrivate }, stateDirectory }, mirrorOf(suites));
    return compiled('install-mirror', { ...wanted, takeOver: false });
  };

  it('is refused while a box needs it, and as long as one box cannot tell', async () => {
    await record('user', 'far');
    expect(await installed(['trixie', 'trixie-updates'])).toBe('accepted');
    expect(await installed(['bookworm'])).toContain('Boxes need trixie, which far would serve no more');
    await rm(join(stateDirectory, 'boxes/user'), { recursive: true });
    expect(await installed(['bookworm'])).toBe('accepted');
    await writePrivate(recorded('odd'), '{');
    expect(await installed(['bookworm'])).toContain('Boxes need trixie');
  });

  it('hinders no publication that takes none away', async () => {
    await writePrivate(recorded('odd'), '{');
    const same = { served: ['trixie'], next: ['trixie', 'forky'] };
    await requireSuites(stateDirectory, 'far', same);
    await expect(requireSuites(stateDirectory, 'far', { ...same, next: [] })).rejects.toMatchObject({
      code: 'PreconditionFailed',
      facts: { cause: expect.stringContaining('box odd may take') as string },
    });
  });
});

describe('a box that names a revision', () => {
  it('is held to it by what fetches packages alone: any revision can be compared and dumped', async () => {
    const status = {
      revision: 'ab12'.padEnd(64, '0'),
      publishedAt: '2026-11-01T00:00:00.000Z',
      previous: null,
      address: '10.1.2.2',
      suites: [],
    };
    await writePrivate(join(stateDirectory, 'sites/far/status.json'), JSON.stringify(status));
    await requireRevision(stateDirectory, { site: 'far', revision: 'ab120000' });
    await requireRevision(stateDirectory, { site: 'far' });
    await expect(
      requireRevision(stateDirectory, { site: 'far', revision: 'cd34cd34' }),
    ).rejects.toMatchObject({
      facts: {
        cause: 'it publishes ab12000000000000, the spec names cd34cd34',
        hint: expect.stringContaining('holdfast mirrors rollback far cd34cd34') as string,
      },
    });
  });
});
