// SPDX-License-Identifier: Apache-2.0
// DestroyBox removes a box and everything that belongs to it from this machine.
import { mutatingOperation } from '../../engine/operation.ts';

export const destroyBox = mutatingOperation('destroy-box');
