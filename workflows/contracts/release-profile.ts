// SPDX-License-Identifier: Apache-2.0
// The shape of a release profile. Holds no values.

export interface ReleaseProfile {
  readonly name: string;
  /** Debian's suite name, as in sources. */
  readonly suite: string;
  readonly packages: readonly string[];
  readonly unitsShippedDisabled: readonly string[];
  readonly postgres: { readonly version: string; readonly port: number };
  readonly keystone: {
    readonly schemaHeads: readonly string[];
    readonly uwsgi: { readonly processes: number; readonly threads: number };
    /** Loopback port of uwsgi, behind HAProxy. */
    readonly backendPort: number;
    readonly publicPort: number;
    readonly roles: readonly string[];
  };
}
