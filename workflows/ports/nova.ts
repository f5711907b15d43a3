// SPDX-License-Identifier: Apache-2.0
// Nova's own records of where its databases and hosts are.
import type { Apply, Observe } from './activities.ts';

export interface CellsArgs {
  readonly box: string;
  readonly cell0: { readonly databaseUrl: string };
  /** Compared by uuid and both URLs; a name proves nothing. */
  readonly cell: {
    readonly name: string;
    readonly databaseUrl: string;
    readonly brokerUrl: string;
    readonly database: string;
  };
}

export interface HostsArgs {
  readonly box: string;
  readonly cellDatabase: string;
  /** Compute hosts that have to be known. */
  readonly hosts: readonly string[];
}

export interface NovaPort {
  observeCell0: Observe<CellsArgs>;
  mapCell0: Apply<CellsArgs>;
  observeCell: Observe<CellsArgs>;
  ensureCell: Apply<CellsArgs>;
  observeComputeHosts: Observe<HostsArgs>;
  discoverComputeHosts: Apply<HostsArgs>;
}
