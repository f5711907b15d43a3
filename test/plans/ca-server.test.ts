// SPDX-License-Identifier: Apache-2.0
// The tables of an authority's box: their goldens, and that no step holds a PIN or a private key.
import { describe, expect, it } from 'vitest';
import { destroyCaSteps } from '../../workflows/operations/destroy-ca/steps.ts';
import { exampleActivation, exampleDestruction, exampleInstallation } from './example-ceremony.ts';
import { expectGolden, goldenText } from './golden.ts';

describe('installAuthoritySteps()', () => {
  it('is the golden of examples/authority.yaml', () => {
    expectGolden('authority/install-ca.golden', goldenText(exampleInstallation()));
  });
});

describe('activateCaSteps()', () => {
  it('is the golden of examples/authority.yaml', () => {
    expectGolden('authority/activate-ca.golden', goldenText(exampleActivation()));
  });

  it('serves chain and CRL before a leaf is issued, and tries the switch once', () => {
    const steps = exampleActivation();
    const ids = steps.map(({ id }) => id);
    expect(ids.indexOf('published')).toBeLessThan(ids.indexOf('activated'));
    expect(steps.find(({ id }) => id === 'activated')?.tries).toBe(1);
  });

  it('names the PIN by its file alone', () => {
    const texts = JSON.stringify([...exampleInstallation(), ...exampleActivation()]);
    expect(texts).toContain('pin-source=/srv/holdfast/token/pin');
    expect(texts).not.toMatch(/pin-value|PRIVATE KEY/);
  });
});

describe('destroyCaSteps()', () => {
  it('is the golden of an authority with a box', () => {
    expectGolden('authority/destroy-ca.golden', goldenText(exampleDestruction()));
  });

  it('sets the records aside last, and asks no token', () => {
    const steps = exampleDestruction();
    expect(steps.map(({ id }) => id)).toEqual(['unused', 'power', 'network', 'files', 'record']);
    expect(JSON.stringify(steps)).not.toContain('token.');
  });

  it('leaves out what an authority without a box does not have, and the look at boxes that are left', () => {
    const digest = (text: string): string => text;
    const steps = destroyCaSteps({ authority: 'lab', box: null, leaveBoxes: true }, digest);
    expect(steps.map(({ id }) => id)).toEqual(['record']);
  });
});
