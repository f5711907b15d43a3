// SPDX-License-Identifier: Apache-2.0
// StopBox as a table of one step. Pure.
import { powerOffStep } from '../../box/foundation/removal.ts';
import { table } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';

export const stopBoxSteps = (box: string): CompiledStep[] => table({ power: powerOffStep(box) });
