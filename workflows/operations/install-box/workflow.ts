// SPDX-License-Identifier: Apache-2.0
// InstallBox makes a box as its spec says; PlanBox tells what InstallBox would change.
import { mutatingOperation, observingOperation } from '../../engine/operation.ts';

export const installBox = mutatingOperation('install-box');
export const planBox = observingOperation('plan');
