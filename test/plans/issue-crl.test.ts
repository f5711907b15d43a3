// SPDX-License-Identifier: Apache-2.0
// The tables of a CRL and of a revocation: their golden, and who is asked before anything is signed.
import { describe, expect, it } from 'vitest';
import { exampleCrl, exampleRevocation } from './example-ceremony.ts';
import { expectGolden, goldenText } from './golden.ts';

const approvers = ['alice', 'bob', 'dave'].map((name) => ({ name, key: `ssh-ed25519 ${name}` }));
const idsOf = (steps: readonly { readonly id: string }[]): string[] => steps.map(({ id }) => id);

describe('issueCrlSteps()', () => {
  it('is the golden of examples/authority.yaml', () => {
    expectGolden('authority/issue-crl.golden', goldenText(exampleCrl()));
  });

  it('asks no station while nothing is due', () => {
    const steps = exampleCrl(false);
    expect(steps.map(({ id, apply, observe }) => [id, apply, observe.queue])).toEqual([
      ['fresh', null, undefined],
    ]);
  });
});

describe('revokeSteps()', () => {
  it('has people approve before a number is reserved, whom it believes where no approver is named', () => {
    const steps = exampleRevocation();
    expect(idsOf(steps).slice(0, 3)).toEqual(['revocation', 'reserved', 'station']);
    const [gated] = steps.filter(({ gate }) => gate !== undefined);
    expect([gated?.id, gated?.gate?.approvals]).toEqual(['reserved', 2]);
  });

  it('asks for signatures instead where approvers are named', () => {
    const steps = exampleRevocation({ approvers });
    expect(steps.filter(({ gate }) => gate !== undefined)).toEqual([]);
    expect(idsOf(steps).slice(0, 4)).toEqual(['revocation', 'approved.1', 'approved.2', 'reserved']);
  });

  it('looks at no token a second time, and at the station again', () => {
    const again = exampleRevocation().filter(
      ({ observe, once }) => observe.queue !== undefined && once !== true,
    );
    expect(idsOf(again)).toEqual(['station']);
  });
});
