// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { nearestName } from '../../workflows/contracts/run/nearest-name.ts';

it.each([
  ['regoin', ['name', 'region', 'release'], 'region'],
  ['lap', ['lab', 'local-box'], 'lab'],
  ['local-bax', ['lab', 'local-box'], 'local-box'],
  ['Networks', ['networks'], 'networks'],
  ['canary', ['network', 'volume'], undefined],
  ['x', [], undefined],
])('nearestName() of %j among %j is %j', (mistyped, known, expected) => {
  expect(nearestName(mistyped, known)).toBe(expected);
});
