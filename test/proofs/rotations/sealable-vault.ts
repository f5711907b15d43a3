// SPDX-License-Identifier: Apache-2.0
// The double of a Vault with the settings of a cloud that keeps its records there.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuthority, issue } from '../../../activities/clients/secrets/certificates.ts';
import type { VaultSettings } from '../../../workflows/contracts/credentials/secret-store.ts';
import { VaultDouble } from '../../vault/vault-double.ts';

export async function sealableVault(
  folder: string,
): Promise<{ vault: VaultDouble; settings: VaultSettings }> {
  const authority = await createAuthority('vault', 1);
  const files = { certificatePath: '', keyPath: '', owner: '', group: '' };
  const wanted = { ...files, id: 'vault', commonName: 'vault', names: [], addresses: ['127.0.0.1'] };
  const certificate = await issue(authority, { ...wanted, usage: 'server' }, 1);
  const vault = new VaultDouble(certificate, authority.certificate, 'the-secret-id');
  const [authorityFile, secretIdFile] = [join(folder, 'vault-ca.pem'), join(folder, 'vault-secret-id')];
  await writeFile(authorityFile, authority.certificate);
  await writeFile(secretIdFile, 'the-secret-id');
  const login = { kind: 'approle', mount: 'approle', roleId: 'rotator', secretIdFile } as const;
  const address = await vault.listen();
  return {
    vault,
    settings: { kind: 'vault', address, authorityFile, mount: 'secret', prefix: 'holdfast', login },
  };
}
