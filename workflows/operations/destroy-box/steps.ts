// SPDX-License-Identifier: Apache-2.0
// DestroyBox as a table. Pure.
import { removalSteps } from '../../box/foundation/removal.ts';
import { table } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';

export const destroyBoxSteps = (box: string, digest: (text: string) => string): CompiledStep[] =>
  table(removalSteps(box, digest));
