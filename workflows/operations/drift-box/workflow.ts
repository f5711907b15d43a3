// SPDX-License-Identifier: Apache-2.0
// DriftBox compares a live box with its recorded spec, row by row. It changes nothing.
import { observingOperation } from '../../engine/operation.ts';

export const driftBox = observingOperation('drift');
