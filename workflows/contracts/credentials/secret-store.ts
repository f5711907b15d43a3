// SPDX-License-Identifier: Apache-2.0
// Which secret store holds the records of a cloud, and how Vault is let into. Names files and never their content. Pure.

interface VaultCertificateLogin {
  readonly kind: 'certificate';
  /** Where the method is mounted. */
  readonly mount: string;
  /** Role of the method; default: whichever fits. */
  readonly role?: string;
  /** Absolute paths of PEM files; read anew at each login. */
  readonly certificateFile: string;
  readonly keyFile: string;
}

interface VaultAppRoleLogin {
  readonly kind: 'approle';
  readonly mount: string;
  readonly roleId: string;
  /** Absolute path of a file that holds the secret id and nothing else. */
  readonly secretIdFile: string;
}

type VaultLogin = VaultCertificateLogin | VaultAppRoleLogin;

/** Where templates of consumers, such as consul-template's, read a credential: a path for each user. */
export interface ConsumerTemplate {
  readonly mount: string;
  readonly path: string;
  /** Of KV. */
  readonly version: 1 | 2;
}

export interface VaultSettings {
  readonly kind: 'vault';
  /** Such as `https://vault.example:8200`. */
  readonly address: string;
  /** Absolute path of the PEM that its certificate is checked against; default: what this machine trusts. */
  readonly authorityFile?: string;
  /** A mount of KV version 2. */
  readonly mount: string;
  /** Before every path below the mount. */
  readonly prefix: string;
  readonly login: VaultLogin;
  /** Writes the policies of the cloud before its secrets are read. Default: a person does, as `cloud policies` prints them. */
  readonly policyLogin?: VaultLogin;
  /** What is published is written there as well, in fields of OpenStack's names. Default: nowhere. */
  readonly template?: ConsumerTemplate;
}

/** `embedded`: the store of this state directory. */
export type SecretStoreSettings = { readonly kind: 'embedded' } | VaultSettings;
