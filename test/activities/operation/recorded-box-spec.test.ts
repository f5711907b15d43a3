// SPDX-License-Identifier: Apache-2.0
// The recorded spec of a box is replaced by compare-and-swap, as that of a mirror: of two clients added at once none is lost.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replacementOf } from '../../../activities/box/spec.ts';
import { recordedSpec } from '../../../activities/clients/state/recorded-specs.ts';
import { replaceSpec, specDigestOf } from '../../../activities/clients/state/replace-spec.ts';
import { installBoxSteps } from '../../../workflows/operations/install-box/steps.ts';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import { labSpec } from '../../system/lab.ts';
import { profiles } from '../../../profiles/index.ts';

const specOf = (region: string): BoxSpec => labSpec('lab', 9, { region });
let state: string;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
});

afterEach(async () => {
  await rm(state, { recursive: true, force: true });
});

it('lets one of two changes of one spec through, and names the next command to the other', async () => {
  const first = specOf('First');
  await replaceSpec(replacementOf(state, { spec: first }));
  const base = specDigestOf(first);
  const ends = await Promise.allSettled(
    ['Second', 'Third'].map((region) => replaceSpec(replacementOf(state, { spec: specOf(region), base }))),
  );
  expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(ends.find((end) => end.status === 'rejected')?.reason).toMatchObject({
    code: 'PreconditionFailed',
    facts: { hint: 'Give the command again: it begins with the spec of now' },
  });
  expect(['Second', 'Third']).toContain((await recordedSpec(state, 'lab'))?.region);
});

it('records nothing of a change when the box is gone', async () => {
  const refused = replaceSpec(
    replacementOf(state, { spec: specOf('Second'), base: specDigestOf(specOf('First')) }),
  );
  await expect(refused).rejects.toMatchObject({
    facts: { hint: 'Install it from its file: holdfast box install FILE' },
  });
  expect(await recordedSpec(state, 'lab')).toBeNull();
});

it('an install with a base fails at its spec and is not parked, one without has the table of before', () => {
  const facts = {
    profile: profiles['debian-13'],
    processors: 2,
    sources: { text: '', releases: [], aptOptions: [] },
    digest: (text: string) => text.slice(0, 8),
  };
  const stepOf = (base?: string) =>
    installBoxSteps(specOf('First'), facts, base).find(({ id }) => id === 'spec');
  expect(stepOf()).toMatchObject({ onFailure: 'park', apply: { args: { spec: specOf('First') } } });
  expect(stepOf('a'.repeat(64))).toMatchObject({
    onFailure: 'fail',
    apply: { args: { base: 'a'.repeat(64) } },
  });
  expect(stepOf()?.apply?.args).not.toHaveProperty('base');
});
