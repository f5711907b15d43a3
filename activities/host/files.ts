// SPDX-License-Identifier: Apache-2.0
// Makes files of a box be as wanted. Holds no content of its own and restarts nothing.
import type { SecretRef } from '../../workflows/contracts/box/brands.ts';
import type { FileArgs, HostPort } from '../../workflows/ports/host.ts';
import type { Clients } from '../clients/index.ts';
import { fileDifferences } from '../hosts/file-differences.ts';
import { storedSecret, type SecretStore } from '../clients/secrets/secret-store.ts';
import { fillSecrets, markedSecrets } from '../../workflows/contracts/box/secret-mark.ts';
import { applying, observing } from '../step-scope.ts';

export function fileActivities({ inside, secrets }: Clients): Pick<HostPort, 'observeFiles' | 'writeFiles'> {
  return {
    observeFiles: observing(async ({ box, files }) => {
      const states = await inside(box).readFiles(files.map((file) => file.path));
      const wanted = await filled(files, secrets);
      return wanted.flatMap((file, index) => fileDifferences(file, states[index] ?? null));
    }),
    writeFiles: applying(async ({ box, files }, scope) => {
      const written = await inside(box).writeFiles(scope.fencingToken, await filled(files, secrets));
      return `${written.length} of ${files.length} files written`;
    }),
  };
}

interface FilledFile extends FileArgs {
  readonly holdsSecret: boolean;
}

/** Puts secrets where the texts name them. @throws Failure Unreachable when one does not exist yet */
async function filled(files: readonly FileArgs[], secrets: SecretStore): Promise<FilledFile[]> {
  const values = new Map<SecretRef, string>();
  for (const reference of new Set(files.flatMap(({ content }) => markedSecrets(content)))) {
    values.set(reference, await storedSecret(secrets, reference));
  }
  return files.map((file) => ({
    ...file,
    content: fillSecrets(file.content, values),
    holdsSecret: markedSecrets(file.content).length > 0,
  }));
}
