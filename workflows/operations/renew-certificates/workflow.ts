// SPDX-License-Identifier: Apache-2.0
// RenewCertificates issues the certificates of a live box that near their end, and restarts what stands on them.
import { mutatingOperation } from '../../engine/operation.ts';

export const renewCertificates = mutatingOperation('renew-certificates');
