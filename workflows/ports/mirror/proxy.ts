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

/** Those of an audit. `refuse`: hosts that a person refused. */
export interface AuditArgs extends ProxyArgs {
  readonly refuse: readonly string[];
}

/** Of a step that goes by the recorded spec of now: a person may allow a host while a run waits. */
export interface DecisionArgs extends Omit<ProxyArgs, 'allow'> {
  /** Of the mirror itself, which is always let through. */
  readonly address: string;
}

export interface ProxyPort {
  /** The list in the box is the one of the spec. */
  observeAllowlist: Observe<ProxyArgs>;
  /** Parsed before it has its name, reloaded and probed after that; the former list comes back when the probe fails. */
  setAllowlist: Apply<ProxyArgs>;
  /** One allowed destination is let through, and one that is not is refused. */
  observeProxy: Observe<ProxyArgs>;
  /** Destinations that were asked for, and that nobody allowed or refused. */
  observeUnknownDestinations: Observe<AuditArgs>;
  /** Destinations that were asked for and that a person refused. */
  observeRefusedDestinations: Observe<AuditArgs>;
  /** Destinations that were asked for and let through. */
  observeUsedDestinations: Observe<ProxyArgs>;
  /** Allowed hosts that nobody asked for. */
  observeUnusedHosts: Observe<ProxyArgs>;
  /** A person decided on every host that was asked for before the revision of the run was recorded, or the time for it is over. */
  observeDecision: Observe<DecisionArgs>;
  recordDecision: Apply<DecisionArgs>;
  /** A person decided on every such host. */
  observeDecided: Observe<DecisionArgs>;
  /** The list in the box is the one of the recorded spec. */
  observeRecordedAllowlist: Observe<DecisionArgs>;
  setRecordedAllowlist: Apply<DecisionArgs>;
}
