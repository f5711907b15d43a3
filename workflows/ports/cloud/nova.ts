// SPDX-License-Identifier: Apache-2.0
// Nova's own records of where its databases and hosts are.
import type { Apply, Observe } from '../run/activities.ts';

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

interface RolloutArgs {
  readonly box: string;
  readonly database: string;
  /** The least that every program has to report; Nova counts it up with what its programs can do. */
  readonly serviceVersion: number;
}

interface ProgramsArgs {
  readonly box: string;
  readonly database: string;
  readonly oldestServiceVersion: number;
}

export interface NovaPort {
  observeCell0: Observe<CellsArgs>;
  mapCell0: Apply<CellsArgs>;
  observeCell: Observe<CellsArgs>;
  ensureCell: Apply<CellsArgs>;
  observeComputeHosts: Observe<HostsArgs>;
  discoverComputeHosts: Apply<HostsArgs>;
  observeRollout: Observe<RolloutArgs>;
  /** True when no program is recorded whose release is older than those of this one work beside. */
  observePrograms: Observe<ProgramsArgs>;
  /** For a cloud whose programs all stand still: what they were says nothing any more, and they say anew what they are. */
  forgetPrograms: Apply<ProgramsArgs>;
  /** What the tool itself says of the release: warnings pass, failures do not. */
  observeUpgradeCheck: Observe<{ readonly box: string }>;
}
