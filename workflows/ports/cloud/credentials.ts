// SPDX-License-Identifier: Apache-2.0
// Application credentials of service users: made, proven, published, used, retired.
import type {
  CredentialArgs,
  CredentialCloud,
  CredentialUser,
  ServiceWithUser,
} from '../../contracts/credentials/credential.ts';
import type { VaultPolicy } from '../../contracts/cloud/vault-policies.ts';
import type { VaultSettings } from '../../contracts/credentials/secret-store.ts';
import type { Apply, Observe } from '../run/activities.ts';

/** Of all service users of a cloud. */
export interface CredentialsArgs extends CredentialCloud {
  readonly users: readonly CredentialUser[];
  readonly lifetimeSeconds: number;
  readonly tokenSeconds: number;
}

export interface CredentialUseArgs extends CredentialArgs {
  readonly box: string;
  /** Where the plugin of the services writes which generation it uses. */
  readonly markerFolder: string;
  /** The file by which the programs of the user log in. */
  readonly credentialFile: string;
  /** The user's own service: a call to it makes its program log in. */
  readonly service: ServiceWithUser;
}

/** A folder of this machine that gets what is published. */
export interface CredentialFolderArgs extends CredentialArgs {
  /** Absolute path. */
  readonly folder: string;
}

/** What a consumer says. */
export interface AcknowledgementArgs extends CredentialCloud {
  readonly user: { readonly name: string };
  readonly consumer: string;
  readonly generation: number;
  /** As claimed. */
  readonly actor: string;
}

/** Policies of a Vault by the login that may write them. */
export interface VaultPoliciesArgs {
  readonly store: VaultSettings;
  readonly policies: readonly VaultPolicy[];
}

interface PluginArgs {
  readonly box: string;
}

export interface CredentialsPort {
  /** The keystoneauth plugin that reads credentials from files. */
  observeLoginPlugin: Observe<PluginArgs>;
  installLoginPlugin: Apply<PluginArgs>;
  /** Each user has a published credential that lets in. What is merely due is left to the rotation. */
  observeCredentials: Observe<CredentialsArgs>;
  issueCredentials: Apply<CredentialsArgs>;
  /** Differs when one is due and none is pending. */
  observeIntent: Observe<CredentialArgs>;
  intendCredential: Apply<CredentialArgs>;
  /** The user's own password lets in. */
  observeOwner: Observe<CredentialArgs>;
  mendOwner: Apply<CredentialArgs>;
  observeCreated: Observe<CredentialArgs>;
  createCredential: Apply<CredentialArgs>;
  observeProof: Observe<CredentialArgs>;
  remakeCredential: Apply<CredentialArgs>;
  observePublished: Observe<CredentialArgs>;
  publishCredential: Apply<CredentialArgs>;
  /** Creates, proves and publishes what is intended; what an earlier run began is gone on with. */
  issueCredential: Apply<CredentialArgs>;
  /** Calls the user's service, then reads the markers of the programs. */
  observeUse: Observe<CredentialUseArgs>;
  observeAcknowledged: Observe<CredentialArgs>;
  acknowledgeCredential: Apply<CredentialArgs>;
  /** Each policy is there with the text that is wanted. */
  observeVaultPolicies: Observe<VaultPoliciesArgs>;
  applyVaultPolicies: Apply<VaultPoliciesArgs>;
  /** Of a cloud that is no box: the store answers, lets in and holds no damaged record. */
  observeCredentialStore: Observe<CredentialsArgs>;
  /** Of a cloud that is no box: differs once all consumers have said that they use what is published. */
  observeConsumers: Observe<CredentialArgs>;
  observeAcknowledgement: Observe<AcknowledgementArgs>;
  recordAcknowledgement: Apply<AcknowledgementArgs>;
  observeCredentialTemplate: Observe<CredentialArgs>;
  writeCredentialTemplate: Apply<CredentialArgs>;
  observeCredentialFolder: Observe<CredentialFolderArgs>;
  writeCredentialFolder: Apply<CredentialFolderArgs>;
  observeRetired: Observe<CredentialArgs>;
  retireCredential: Apply<CredentialArgs>;
  observeSwept: Observe<CredentialArgs>;
  sweepCredentials: Apply<CredentialArgs>;
  /** Both: no former credential that nobody can use, and none of ours that no record knows. */
  observeSurplus: Observe<CredentialArgs>;
  deleteSurplus: Apply<CredentialArgs>;
  /** Of a cloud that is no box: users that its spec no longer lists have no credential of ours. */
  observeFormerUsers: Observe<CredentialsArgs>;
  sweepFormerUsers: Apply<CredentialsArgs>;
  /** The password is not older than this run. Of an emergency alone: changing it ends every token of the user. */
  observePasswordChanged: Observe<CredentialArgs>;
  changePassword: Apply<CredentialArgs>;
  observeCredentialStatus: Observe<CredentialsArgs>;
  writeCredentialStatus: Apply<CredentialsArgs>;
}
