// SPDX-License-Identifier: Apache-2.0
// All that steps may call, in one type, and how a table names a call or an effect of two.
import type { ActivityCall, Effect } from '../contracts/run/table.ts';
import type { Observe } from './run/activities.ts';
import type { AccessPort } from './access.ts';
import type { AuthorityPort } from './authority/ceremony.ts';
import type { BoxPort } from './box.ts';
import type { BundlePort } from './mirror/bundle.ts';
import type { PushPort } from './mirror/push.ts';
import type { ProxyPort } from './mirror/proxy.ts';
import type { CaServerPort } from './authority/ca-server.ts';
import type { CinderPort } from './cloud/cinder.ts';
import type { CanaryPort } from './cloud/canary.ts';
import type { CredentialsPort } from './cloud/credentials.ts';
import type { DrillPort } from './authority/drill.ts';
import type { DumpsPort } from './dumps.ts';
import type { GuestPort } from './guest.ts';
import type { HostPort } from './host.ts';
import type { HypervisorPort } from './hypervisor.ts';
import type { KeysPort } from './cloud/keys.ts';
import type { KeystonePort } from './cloud/keystone.ts';
import type { MigrationsPort } from './cloud/migrations.ts';
import type { MirrorPort } from './mirror/mirror.ts';
import type { NovaPort } from './cloud/nova.ts';
import type { OvnPort } from './cloud/ovn.ts';
import type { PasswordsPort } from './cloud/passwords.ts';
import type { PkiPort } from './pki.ts';
import type { PostgresPort } from './cloud/postgres.ts';
import type { ReachPort } from './reach.ts';
import type { RabbitmqPort } from './cloud/rabbitmq.ts';
import type { SchemaPort } from './cloud/schema.ts';
import type { SecretsPort } from './secrets.ts';
import type { SeedsPort } from './cloud/seeds.ts';

export type StepPorts = HostPort &
  BoxPort &
  GuestPort &
  PkiPort &
  SecretsPort &
  PostgresPort &
  SchemaPort &
  RabbitmqPort &
  KeysPort &
  PasswordsPort &
  KeystonePort &
  CredentialsPort &
  OvnPort &
  NovaPort &
  CinderPort &
  MigrationsPort &
  AccessPort &
  SeedsPort &
  CanaryPort &
  ReachPort &
  HypervisorPort &
  DumpsPort &
  MirrorPort &
  BundlePort &
  PushPort &
  ProxyPort &
  AuthorityPort &
  CaServerPort &
  DrillPort;

export function call<Name extends keyof StepPorts>(
  activity: Name,
  args: Parameters<StepPorts[Name]>[0],
): ActivityCall {
  return { activity, args };
}

/** Activities that look and change nothing. */
type Look = {
  [Name in keyof StepPorts]: StepPorts[Name] extends Observe<infer _Args> ? Name : never;
}[keyof StepPorts];

/** The look and the change of one step, of the same arguments. Temporal's UI and its histories show both names. */
export function effect<Observed extends Look, Applied extends Exclude<keyof StepPorts, Look>>(
  observe: Observed,
  apply: Applied,
  args: Parameters<StepPorts[Observed]>[0] & Parameters<StepPorts[Applied]>[0],
): Effect {
  return { observe: { activity: observe, args }, apply: { activity: apply, args } };
}
