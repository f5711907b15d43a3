// SPDX-License-Identifier: Apache-2.0
// StartBox as a table: the steps of an install that have to do with what runs. Pure.
import { keptSteps } from '../../contracts/run/kept-steps.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';

/** Looks of the steps that are kept: power, units, the ways through this machine, and a token from outside. */
const looks: ReadonlySet<string> = new Set([
  'observePower',
  'observeUnit',
  'observeExternalNetwork',
  'observeReach',
  'observeToken',
]);

/** Takes the steps as the install has them, so that a service is looked at in one way only. */
export const startBoxSteps = (installed: readonly CompiledStep[]): CompiledStep[] =>
  keptSteps(installed, ({ observe }) => looks.has(observe.activity));
