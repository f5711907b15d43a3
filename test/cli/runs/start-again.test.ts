// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { hintOfEnded } from '../../../cli/runs/start-again.ts';
import { errorKinds } from '../../../workflows/contracts/run/errors.ts';

it('hintOfEnded() tells nobody to answer a run that has ended', () => {
  for (const { hint } of Object.values(errorKinds)) expect(hintOfEnded(hint)).not.toMatch(/--retry|answer/);
});
