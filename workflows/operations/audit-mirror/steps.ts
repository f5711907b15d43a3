// SPDX-License-Identifier: Apache-2.0
// AuditMirror as a table: what was refused, what was let through, what nobody asked for. Read-only. Pure.
import { table } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { call } from '../../ports/index.ts';
import type { ProxyArgs } from '../../ports/mirror/proxy.ts';

export function auditMirrorSteps(args: ProxyArgs): CompiledStep[] {
  return table({
    unknown: {
      title: 'Destinations that are not allowed',
      observe: call('observeUnknownDestinations', args),
    },
    used: {
      title: 'Destinations that were asked for',
      after: [],
      observe: call('observeUsedDestinations', args),
    },
    unused: { title: 'Hosts that nobody asked for', after: [], observe: call('observeUnusedHosts', args) },
  });
}
