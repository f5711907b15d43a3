// SPDX-License-Identifier: Apache-2.0
// The recorded spec of a mirror is replaced by compare-and-swap: of two people who change it at once none loses what was added.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordedMirror } from '../../../activities/clients/state/recorded-mirrors.ts';
import { replaceSpec, specDigestOf } from '../../../activities/clients/state/replace-spec.ts';
import { replacementOf } from '../../../activities/mirror/record.ts';
import type { MirrorSpecArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { parseMirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.schema.ts';
import type { MirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.ts';

const name = 'lab-mirror';

const specWith = (allow: readonly string[]): MirrorSpec => {
  const parsed = parseMirrorSpec({
    apiVersion: 'holdfast/v1',
    kind: 'Mirror',
    name,
    network: { cidr: '10.1.2.0/24', address: '10.1.2.2', gateway: '10.1.2.1' },
    deb: [{ name: 'debian', suites: ['trixie'], packages: ['hello'] }],
    proxy: { allow },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
};

let state: string;
const replace = (args: MirrorSpecArgs): Promise<void> => replaceSpec(replacementOf(state, args));

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
  await replace({ spec: specWith([]) });
});

afterEach(async () => {
  await rm(state, { recursive: true, force: true });
});

const recorded = async (): Promise<MirrorSpec> => {
  const spec = await recordedMirror(state, name);
  if (spec === null) throw new Error('nothing is recorded');
  return spec;
};

/** As a person does it: read, change, record. */
async function allow(host: string): Promise<void> {
  const before = await recorded();
  const spec = specWith([...(before.proxy?.allow ?? []), host]);
  await replace({ spec, base: specDigestOf(before) });
}

describe('replaceSpec()', () => {
  it('lets one of two changes of the same spec through, and tells the other one the next command', async () => {
    const ends = await Promise.allSettled(['one.test', 'other.test'].map(allow));
    const refused = ends.filter((end) => end.status === 'rejected').map(({ reason }) => reason as object);
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatchObject({
      code: 'PreconditionFailed',
      facts: { hint: 'Give the command again: it begins with the spec of now' },
    });
    expect((await recorded()).proxy?.allow).toHaveLength(1);
  });

  it('loses no host when eight people at once give the command until it is taken', async () => {
    const hosts = Array.from({ length: 8 }, (_, index) => `host-${index}.test`);
    await Promise.all(
      hosts.map(async (host) => {
        for (let isTaken = false; !isTaken;)
          isTaken = await allow(host).then(
            () => true,
            (error: { code?: string }) => {
              if (error.code === 'PreconditionFailed') return false;
              throw error;
            },
          );
      }),
    );
    expect([...((await recorded()).proxy?.allow ?? [])].sort()).toEqual(hosts);
  });

  it('takes the same change twice, any spec without a base, and none where the mirror is gone', async () => {
    const base = specDigestOf(specWith([]));
    const spec = specWith(['one.test']);
    await replace({ spec, base });
    await replace({ spec, base });
    await replace({ spec: specWith(['two.test']) });
    await expect(replace({ spec, base })).rejects.toMatchObject({ code: 'PreconditionFailed' });
    expect((await recorded()).proxy?.allow).toEqual(['two.test']);
    await rm(join(state, 'sites', name, 'spec.json'));
    await expect(replace({ spec, base })).rejects.toMatchObject({
      facts: { hint: 'Install it from its file: holdfast mirrors install FILE' },
    });
  });
});
