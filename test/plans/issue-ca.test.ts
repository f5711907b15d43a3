// SPDX-License-Identifier: Apache-2.0
// The table of a ceremony: its golden, and what must hold of every such table whatever its spec.
import { describe, expect, it } from 'vitest';
import type { CompiledStep } from '../../workflows/contracts/run/table.ts';
import { exampleAuthority, exampleCeremony } from './example-ceremony.ts';
import { expectGolden, goldenText } from './golden.ts';

const approvers = ['alice', 'bob', 'dave'].map((name) => ({ name, key: `ssh-ed25519 ${name}` }));
const station = 'token.desk';

/** Names of all steps that come before one, however far back. */
function ancestorsOf(steps: readonly CompiledStep[], id: string): Set<string> {
  const parents = steps.find((step) => step.id === id)?.after ?? [];
  return new Set(parents.flatMap((parent) => [parent, ...ancestorsOf(steps, parent)]));
}

describe('issueCaSteps()', () => {
  it('is the golden of examples/authority.yaml', () => {
    expectGolden('authority/issue-ca.golden', goldenText(exampleCeremony()));
  });

  it.each([[[]], [approvers]])('looks at no token a second time: %j', (named) => {
    const steps = exampleCeremony({ approvers: named });
    const again = steps.filter(({ observe, once }) => observe.queue === station && once !== true);
    // It asks no token, and a ceremony waits there for a station that died.
    expect(again.map(({ id }) => id)).toEqual(['station']);
  });

  it.each([[[]], [approvers]])(
    'has all work on the first token done before the root is asked for: %j',
    (named) => {
      const before = [...ancestorsOf(exampleCeremony({ approvers: named }), 'token.root')];
      expect(before).toEqual(expect.arrayContaining(['key', 'attestation', 'request', 'to-be-signed']));
      expect(before.includes('approved.2')).toBe(named.length > 0);
    },
  );

  it('asks for the first token again where one reader has that of the root in it, and else not', () => {
    const ids = (readers: 1 | 2) => exampleCeremony({ readers }).map(({ id }) => id);
    expect(ids(1).slice(-4)).toEqual(['verified', 'token.back', 'imported', 'record']);
    expect(ids(2).slice(-3)).toEqual(['verified', 'imported', 'record']);
    const step = exampleCeremony({ readers: 1 }).find(({ id }) => id === 'token.back');
    const { intermediate } = exampleAuthority();
    expect([step?.awaits !== undefined, step?.question?.fields['serial']?.pattern]).toEqual([
      true,
      intermediate.serial,
    ]);
  });

  it('asks for approvals of the certificate, of people it believes where no approver is named', () => {
    const [certificate] = exampleCeremony().filter(({ gate }) => gate !== undefined);
    expect([certificate?.id, certificate?.gate?.approvals]).toEqual(['certificate', 2]);
  });

  it('asks for signatures instead where approvers are named, one step for each', () => {
    const steps = exampleCeremony({ approvers, approvals: 3 });
    expect(steps.filter(({ gate }) => gate !== undefined)).toEqual([]);
    const asking = steps.filter(({ id }) => id.startsWith('approved.'));
    expect(asking.map(({ after }) => after)).toEqual([['to-be-signed'], ['approved.1'], ['approved.2']]);
    for (const { question } of asking)
      expect(Object.keys(question?.fields ?? {})).toEqual(['approver', 'at', 'signature']);
  });

  it('tries once what a token can do once only', () => {
    const once = exampleCeremony().filter(({ tries }) => tries === 1);
    expect(once.map(({ id }) => id)).toEqual(['key', 'certificate']);
  });

  it('takes no serial number but that of the token it waits for', () => {
    const { intermediate } = exampleAuthority();
    const dotted = { ...intermediate, serial: '1.3' };
    const step = exampleCeremony({ intermediate: dotted }).find(({ id }) => id === 'token.intermediate');
    const pattern = new RegExp(`^(?:${step?.question?.fields['serial']?.pattern})$`, 'u');
    expect([pattern.test('1.3'), pattern.test('123')]).toEqual([true, false]);
  });
});
