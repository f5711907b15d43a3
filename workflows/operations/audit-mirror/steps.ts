// SPDX-License-Identifier: Apache-2.0
// AuditMirror as a table: what was refused, what was let through, what nobody asked for. Read-only. Pure.
import { table } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { call } from '../../ports/index.ts';
import type { AuditArgs } from '../../ports/mirror/proxy.ts';

/** A scheduled audit tells of undecided destinations alone. */
export function auditMirrorSteps(args: AuditArgs, scheduled = false): CompiledStep[] {
  const unknown = {
    title: 'Destinations that are not allowed',
    observe: call('observeUnknownDestinations', args),
  };
  if (scheduled) return table({ unknown });
  return table({
    unknown,
    refused: {
      title: 'Destinations that a person refused',
      after: [],
      observe: call('observeRefusedDestinations', args),
    },
    used: {
      title: 'Destinations that were asked for',
      after: [],
      observe: call('observeUsedDestinations', args),
    },
    unused: { title: 'Hosts that nobody asked for', after: [], observe: call('observeUnusedHosts', args) },
  });
}
