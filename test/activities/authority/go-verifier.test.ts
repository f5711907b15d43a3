// SPDX-License-Identifier: Apache-2.0
// Good and bad leaves judged by Go, where it is installed: each as it has to be, and the verdicts are about the constraints.
import { beforeAll, describe, expect, it } from 'vitest';
import { goVerifier, type GoVerifier } from '../../../activities/clients/ca/trial/go-verifier.ts';
import { leavesOf } from '../../../activities/clients/ca/trial/leaves.ts';
import { newKeys, signWith, twinOf } from '../../../activities/clients/ca/trial/twin.ts';
import { expectedIntermediate, periodFrom } from '../../../activities/clients/ca/expected.ts';
import type { CertificateProfile } from '../../../workflows/contracts/authority/authority-spec.ts';
import { cacheDirectory } from '../../system/cache-directory.ts';
import { hasGo } from './go-is-there.ts';
import { ceremonyOf, profile, softwareRoot } from './software-root.ts';

const root = softwareRoot();

function leavesUnder(change: Partial<CertificateProfile> = {}) {
  const period = periodFrom(Date.now(), profile.lifetime);
  const toBeSigned = expectedIntermediate(ceremonyOf(root.spec, change), newKeys().publicKey, period);
  return twinOf(root.der, signWith(root.keys, toBeSigned)).then((twin) => leavesOf(twin, profile));
}

describe.skipIf(!hasGo)('goVerifier()', () => {
  let go: GoVerifier;
  beforeAll(async () => {
    const found = await goVerifier(cacheDirectory());
    if (found === null) throw new Error('Go is installed, and was not found');
    go = found;
  }, 300_000);

  it('accepts good leaves and refuses a dozen bad ones and more, each for a reason', async () => {
    const leaves = await leavesUnder();
    const refusals = await go.judge(leaves);
    const wrong = leaves.filter(
      ({ expected }, index) => (refusals[index] === null ? 'accepted' : 'refused') !== expected,
    );
    expect(wrong.map(({ subject }) => subject)).toEqual([]);
    const refused = refusals.filter((each) => each !== null);
    expect(refused.length).toBeGreaterThanOrEqual(12);
    expect(refused.every((each) => each.startsWith('x509: ') || each.startsWith('certificate revoked'))).toBe(
      true,
    );
    expect(go.version).toMatch(/^go \d+\.\d+/);
  });

  it('lets leaves of other domains in when the constraints are left out', async () => {
    const leaves = await leavesUnder({ permitted: ['holdfast.invalid'] });
    const other = leaves.filter(({ subject }) => subject === 'another domain');
    expect(await go.judge(other)).toEqual([null]);
  });
});
