// SPDX-License-Identifier: Apache-2.0
// The tables of the rotations of a box's own secrets, against golden files.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { digest } from '../../../activities/operation/builds/build.ts';
import { profiles } from '../../../profiles/index.ts';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import { parseBoxSpec } from '../../../workflows/contracts/box/box-spec.schema.ts';
import { planBox, type BoxPlan } from '../../../workflows/box/plan.ts';
import { rotateAdministratorSteps } from '../../../workflows/operations/rotate-admin/steps.ts';
import { rotateKeysSteps } from '../../../workflows/operations/rotate-keys/steps.ts';
import type { KeyRotationArgs } from '../../../workflows/ports/cloud/keys.ts';
import { expectGolden, goldenText } from '../golden.ts';

function planOf(change: object = {}): BoxPlan {
  const raw = { ...(parse(readFileSync('examples/local-box.yaml', 'utf8')) as object), ...change };
  const parsed = parseBoxSpec(raw);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const spec: BoxSpec = parsed.value;
  const sources = { text: '', releases: [], aptOptions: [] };
  return planBox(spec, { profile: profiles[spec.release], processors: 2, sources, digest });
}

const rotation = { begins: true, emergency: false };

function argsOf(plan: BoxPlan, id: string, request = rotation): KeyRotationArgs {
  const step = rotateKeysSteps(plan, request).find((each) => each.id === id);
  return step?.observe.args as KeyRotationArgs;
}

describe('rotateKeysSteps()', () => {
  it('builds the table of the file when the spec is the example', () => {
    expectGolden('rotations/rotate-keys.golden', goldenText(rotateKeysSteps(planOf(), rotation)));
  });

  it('rotates the keys that sign when tokens are signed', () => {
    const ids = rotateKeysSteps(planOf({ tokens: 'jws' }), rotation).map(({ id }) => id);
    expect(ids.filter((id) => id.endsWith('.staged'))).toEqual(['jws.staged', 'credential.staged']);
  });

  it('lays a key before it promotes it, and retires none before another is used', () => {
    const names = rotateKeysSteps(planOf(), rotation).flatMap(({ id, after }) =>
      after.map((parent) => [parent, id]),
    );
    expect(names).toEqual(
      expect.arrayContaining([
        ['fernet.distributed', 'fernet.promoted'],
        ['fernet.used', 'fernet.retired'],
        ['credential.used', 'credential.retired'],
      ]),
    );
  });

  it('keeps a former key of tokens for a life of a token and the window after it, as the spec has them', () => {
    const overrides = {
      keystone: {
        token: { expiration: 600, allow_expired_window: 300 },
        cache: { expiration_time: 10 },
        fernet_tokens: { max_active_keys: 5 },
      },
    };
    const args = argsOf(planOf({ overrides }), 'fernet.retired');
    expect([args.retirement, args.keysMax]).toEqual([{ liveSeconds: 900, isArchived: false }, 5]);
    // As long as Keystone remembers what it encrypted.
    const credential = argsOf(planOf({ overrides }), 'credential.forgotten');
    expect(credential.retirement).toEqual({ liveSeconds: 10, isArchived: true });
  });

  it('keeps no former key of tokens in an emergency, and none of credentials from the store', () => {
    const emergency = { begins: true, emergency: true };
    expect(argsOf(planOf(), 'fernet.retired', emergency).retirement.liveSeconds).toBe(0);
    expect(argsOf(planOf(), 'credential.retired', emergency).retirement).toEqual({
      liveSeconds: 60,
      isArchived: true,
    });
  });
});

describe('rotateAdministratorSteps()', () => {
  it('builds the table of the file when the spec is the example', () => {
    expectGolden('rotations/rotate-admin.golden', goldenText(rotateAdministratorSteps(planOf())));
  });
});
