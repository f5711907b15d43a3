// SPDX-License-Identifier: Apache-2.0
// The proxy in front of a mirror's clients: the hosts that it lets through, and what was asked of it.
import type { Apply, Observe } from '../run/activities.ts';

export interface ProxyArgs {
  readonly box: string;
  readonly port: number;
  /** Hosts, with a dot before those whose names below are allowed too. */
  readonly allow: readonly string[];
  /** A URL that is allowed and answers with 200. */
  readonly probe: string;
}

export interface ProxyPort {
  /** The list in the box is the one of the spec. */
  observeAllowlist: Observe<ProxyArgs>;
  /** Parsed before it has its name, reloaded and probed after that; the former list comes back when the probe fails. */
  setAllowlist: Apply<ProxyArgs>;
  /** One allowed destination is let through, and one that is not is refused. */
  observeProxy: Observe<ProxyArgs>;
  /** Destinations that were asked for and are not allowed. */
  observeUnknownDestinations: Observe<ProxyArgs>;
  /** Destinations that were asked for and let through. */
  observeUsedDestinations: Observe<ProxyArgs>;
  /** Allowed hosts that nobody asked for. */
  observeUnusedHosts: Observe<ProxyArgs>;
}
