// SPDX-License-Identifier: Apache-2.0
// The spec of a cloud that is no box: whose application credentials are rotated, who reads them, and what runs are started with.
import type { SecretStoreSettings } from '../credentials/secret-store.ts';
import type { NotifyWays } from '../run/notice.ts';

/** A user whose application credential is rotated. */
export interface CloudUser {
  readonly name: string;
  /** All that the credential carries; the user has them on the project. */
  readonly roles: readonly string[];
  /** Who reads the credential and says so, such as the names of hosts. None: the former one is left to lapse. */
  readonly consumers: readonly string[];
}

export interface CloudSpec {
  readonly apiVersion: 'holdfast/v1';
  readonly kind: 'Cloud';
  readonly name: string;
  /** Entry of clouds.yaml whose user may list and delete application credentials of others, and set their passwords. */
  readonly administrator: string;
  /** Absolute path of that clouds.yaml; default: where the `openstack` client looks. */
  readonly cloudsFile?: string;
  /** Domain of the users and the project. */
  readonly domain: string;
  /** Project that the credentials are for. */
  readonly project: string;
  /** Such as `7d`. */
  readonly lifetime: string;
  /** Longest life of a token of this cloud: for so long a former credential is kept after all have acknowledged. */
  readonly tokenLifetime: string;
  readonly rotateEvery: string;
  readonly users: readonly CloudUser[];
  readonly store: SecretStoreSettings;
  /** Absolute path of a folder of this machine that gets a file for each user; default: none. */
  readonly folder?: string;
  readonly notify?: NotifyWays;
}

/** What a run of RotateCloudCredentials is started with. */
export interface RotateCloudInput {
  readonly name: string;
  /** Null: all. */
  readonly users: readonly string[] | null;
  readonly due: boolean;
  readonly emergency: boolean;
  readonly takeOver: boolean;
  readonly scheduled: boolean;
}

/** What a run of AcknowledgeCredential is started with. */
export interface AcknowledgeInput {
  readonly name: string;
  readonly user: string;
  readonly consumer: string;
  readonly generation: number;
  /** Who says so, as claimed. */
  readonly actor: string;
}

/** Below the state directory. */
export const cloudSpecFile = (name: string): string => `clouds/${name}/spec.json`;

/** Subject and last part of the lease of an acknowledgement: one at a time for each consumer. */
export const acknowledgementSubject = ({
  name,
  user,
  consumer,
}: Pick<AcknowledgeInput, 'name' | 'user' | 'consumer'>): string => `${name}/${user}/${consumer}`;
