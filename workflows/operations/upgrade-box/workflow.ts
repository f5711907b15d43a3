// SPDX-License-Identifier: Apache-2.0
// UpgradeBox takes a box to the next release of Debian and OpenStack.
import { mutatingOperation, observingOperation } from '../../engine/operation.ts';

export const upgradeBox = mutatingOperation('upgrade-box');

/** What UpgradeBox would do, row by row. */
export const planUpgrade = observingOperation('plan-upgrade');
