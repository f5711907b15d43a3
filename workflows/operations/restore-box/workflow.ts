// SPDX-License-Identifier: Apache-2.0
// RestoreBox puts the databases of a box back to one of its dumps.
import { mutatingOperation } from '../../engine/operation.ts';

export const restoreBox = mutatingOperation('restore-box');

/** Nova's databases alone. */
export const restoreNova = mutatingOperation('restore-nova');
