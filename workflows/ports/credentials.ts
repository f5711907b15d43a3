// SPDX-License-Identifier: Apache-2.0
// Application credentials of service users: made, proven, published, used, retired.
import type { KeystoneAccess } from '../contracts/box/cloud-access.ts';
import type { CredentialArgs, CredentialUser, ServiceWithUser } from '../contracts/credentials/credential.ts';
import type { Apply, Observe } from './activities.ts';

/** Of all service users of a box. */
export interface CredentialsArgs extends KeystoneAccess {
  readonly users: readonly CredentialUser[];
  readonly project: string;
  readonly lifetimeSeconds: number;
  readonly tokenSeconds: number;
}

export interface CredentialUseArgs extends CredentialArgs {
  /** Where the plugin of the services writes which generation it uses. */
  readonly markerFolder: string;
  /** The file by which the programs of the user log in. */
  readonly credentialFile: string;
  /** The user's own service: a call to it makes its program log in. */
  readonly service: ServiceWithUser;
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
  /** Calls the user's service, then reads the markers of the programs. */
  observeUse: Observe<CredentialUseArgs>;
  observeAcknowledged: Observe<CredentialArgs>;
  acknowledgeCredential: Apply<CredentialArgs>;
  observeRetired: Observe<CredentialArgs>;
  retireCredential: Apply<CredentialArgs>;
  observeSwept: Observe<CredentialArgs>;
  sweepCredentials: Apply<CredentialArgs>;
  /** The password is not older than this run. Of an emergency alone: changing it ends every token of the user. */
  observePasswordChanged: Observe<CredentialArgs>;
  changePassword: Apply<CredentialArgs>;
  observeCredentialStatus: Observe<CredentialsArgs>;
  writeCredentialStatus: Apply<CredentialsArgs>;
}
