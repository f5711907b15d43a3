// SPDX-License-Identifier: Apache-2.0
// DumpBox keeps a copy of every database of a live box on the machine that holds it, and lets old copies go.
import { mutatingOperation } from '../../engine/operation.ts';

export const dumpBox = mutatingOperation('dump-box');
