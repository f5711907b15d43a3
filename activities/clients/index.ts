// SPDX-License-Identifier: Apache-2.0
// Everything the activities are given. Built once, in workers/compose.ts.
import type { Host } from '../hosts/host.ts';
import type { HostRef } from '../../workflows/contracts/run/subject.ts';
import type { PipEnvironment } from './machine/pip-index.ts';
import type { SecretStore } from './secrets/secret-store.ts';

export interface Clients {
  readonly secrets: SecretStore;
  /** Any host by its reference; the two below are the usual ones of a box. @throws Failure Invariant for a kind that is not there */
  host(ref: HostRef): Host;
  /** This machine, for the work of one box. */
  machine(box: string): Host;
  /** The inside of a box. */
  inside(box: string): Host;
  readonly stateDirectory: string;
  readonly cacheDirectory: string;
  /** Named in the lease, so that a refused run can tell who holds the box. */
  readonly namespace: string;
  /** Proxies of the worker's environment (`http_proxy`, …), for programs that fetch. May hold a password. */
  readonly proxies: Readonly<Record<string, string>>;
  /** What pip would read of the worker's environment. */
  readonly pip: PipEnvironment;
}
