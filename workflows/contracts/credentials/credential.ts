// SPDX-License-Identifier: Apache-2.0
// The application credential of a service user: what the secret store keeps of it, and when it is due. Pure; holds no secret.
import type { SecretRef } from '../box/brands.ts';
import type { SecretStoreSettings } from './secret-store.ts';
import type { ServiceName } from '../box/box-spec.ts';
import { secretRef } from '../box/brands.ts';
import type { KeystoneAccess } from '../box/cloud-access.ts';
import { subjectFolders, type Subject } from '../run/subject.ts';

/** One credential of a generation. */
export interface IssuedCredential {
  /** From 1, one higher with each rotation. */
  readonly generation: number;
  /** Unique for its user in Keystone: the key by which a repeated create finds the first one. */
  readonly name: string;
  readonly id: string;
  readonly secret: string;
  /** ISO 8601 in UTC, by Keystone's clock. */
  readonly createdAt: string;
  readonly expiresAt: string;
  /** Sorted. */
  readonly roles: readonly string[];
}

/** What consumers read. */
export interface PublishedCredential extends IssuedCredential {
  /** Nonce of the run that published it. */
  readonly run: string;
  /** The one before, which may be retired. */
  readonly previous: IssuedCredential | null;
}

/** What a rotation means to publish. Stored before Keystone knows of it, so that no crash loses a secret. */
export type PendingCredential = Omit<IssuedCredential, 'id'>;

/** How far a published credential has come. */
export interface CredentialUse {
  /** The generation that all consumers were seen to use; 0 for none. */
  readonly generation: number;
  /** When that was seen, ISO 8601 in UTC, by Keystone's clock. */
  readonly acknowledgedAt: string;
  /** The newest generation that was deleted in Keystone; 0 for none. */
  readonly retiredGeneration: number;
  /** Nonce of the emergency that changed the password last. */
  readonly passwordRun?: string;
}

/** Services that log in to Keystone as a user of their own. */
export type ServiceWithUser = Exclude<ServiceName, 'identity' | 'dashboard'>;

/** Of one service user. */
export interface CredentialUser {
  readonly name: string;
  /** All that the credential carries; the user has them on the project. */
  readonly roles: readonly string[];
  /** By which the user itself creates credentials. Keystone allows it to no other user. */
  readonly password: SecretRef;
  /** Who reads the published credential and says so. Absent for a box, whose programs are asked themselves. */
  readonly consumers?: readonly string[];
}

/** As whom Keystone is asked: the administrator of a box, or an entry of clouds.yaml. */
export type CredentialAdministrator =
  | { readonly kind: 'box'; readonly access: KeystoneAccess }
  | { readonly kind: 'clouds.yaml'; readonly entry: string; readonly cloudsFile?: string };

/** Whose credentials, and as whom Keystone is asked about them. */
export interface CredentialCloud {
  readonly subject: Subject;
  readonly administrator: CredentialAdministrator;
  /** Which holds the records, the passwords of the users among them. Default: the embedded one. */
  readonly store?: SecretStoreSettings;
  /** Domain of users and project. */
  readonly domain: string;
  readonly project: string;
}

/** Of one user of one cloud. */
export interface CredentialArgs extends CredentialCloud {
  readonly user: CredentialUser;
  readonly lifetimeSeconds: number;
  /** Longest life of a token that the old credential made. */
  readonly tokenSeconds: number;
  /** True: due whatever its age, once in this run. */
  readonly now: boolean;
}

/** What one consumer has said. */
interface Acknowledgement {
  readonly generation: number;
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** As claimed. */
  readonly actor: string;
}

/** By the names of consumers. */
export interface Acknowledgements {
  readonly consumers: Readonly<Record<string, Acknowledgement>>;
}

/** Those that have not said that they use this generation, or a later one. Sorted as they are listed. */
export function awaitedConsumers(
  consumers: readonly string[],
  said: Acknowledgements | null,
  generation: number,
): string[] {
  return consumers.filter((name) => (said?.consumers[name]?.generation ?? 0) < generation);
}

/** Parts of a user's records in the secret store. */
export type CredentialPart = 'published' | 'pending' | 'use' | 'acknowledgements' | 'owner';

export const credentialRef = (subject: Subject, user: string, part: CredentialPart): SecretRef =>
  secretRef(`${subjectFolders[subject.kind]}/${subject.name}/credentials/${user}/${part}`);

/** Only names that holdfast makes: other credentials of the same user are never touched. */
export const credentialPrefix = (user: string): string => `holdfast-${user}-`;

/** @source 2/3: cert-manager and step-ca renew then; what is left is time for three failed scheduled runs and a person */
const dueShare = 2 / 3;
/** @source a tenth: users of one cloud do not all come due in the same minute */
const jitterShare = 0.1;

/** When a credential is to be replaced, milliseconds since 1970. `spread` is from 0 to 1, the same for a user every time. */
export function dueAt(credential: Pick<IssuedCredential, 'createdAt' | 'expiresAt'>, spread: number): number {
  const created = Date.parse(credential.createdAt);
  const lifetime = Date.parse(credential.expiresAt) - created;
  return created + lifetime * (dueShare - jitterShare * spread);
}

/** When the credential before may be deleted, milliseconds since 1970; null when there is none. */
export function retireAt(
  published: PublishedCredential,
  use: CredentialUse | null,
  tokenSeconds: number,
): number | null {
  const { previous } = published;
  if (previous === null || (use?.retiredGeneration ?? 0) >= previous.generation) return null;
  const lapsesAt = Date.parse(previous.expiresAt);
  // A lapsed credential cannot be used, even if a consumer still reads it.
  if (use === null || use.generation < published.generation) return lapsesAt;
  return Math.min(lapsesAt, Date.parse(use.acknowledgedAt) + tokenSeconds * 1000);
}

/** A pending credential is live until it is published or too old to be worth publishing. */
export function isLive(
  pending: PendingCredential | null,
  published: PublishedCredential | null,
  now: number,
): pending is PendingCredential {
  if (pending === null || pending.generation <= (published?.generation ?? 0)) return false;
  return now < dueAt(pending, 1);
}

/** What `credentials status` prints of one user; holds no secret. */
export interface CredentialStatus {
  readonly user: string;
  readonly generation: number;
  readonly name: string;
  readonly createdAt: string;
  readonly dueAt: string;
  readonly expiresAt: string;
  readonly roles: readonly string[];
  /** Null: not yet seen in use. */
  readonly acknowledgedAt: string | null;
  /** The one before, while Keystone has it. */
  readonly previous: { readonly generation: number; readonly expiresAt: string } | null;
  /** Consumers that have not acknowledged this generation. Absent for a box. */
  readonly awaited?: readonly string[];
  /** The recorded spec does not list the user: the next rotation deletes what it has. */
  readonly hasLeft?: true;
}

export interface CredentialStatusFile {
  readonly users: readonly CredentialStatus[];
}

/** Where Python of every supported release finds the plugin of the services. */
export const loginPluginPath = '/usr/lib/python3/dist-packages/holdfast_keystoneauth.py';
