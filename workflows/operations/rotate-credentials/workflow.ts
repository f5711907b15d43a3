// SPDX-License-Identifier: Apache-2.0
// RotateServiceCredentials replaces the application credentials of service users before they expire.
import { mutatingOperation } from '../../engine/operation.ts';

export const rotateServiceCredentials = mutatingOperation('rotate-credentials');
