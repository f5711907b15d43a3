// SPDX-License-Identifier: Apache-2.0
// Lays the keystoneauth plugin into a box, by which services log in with a credential file. Its code stands in keystoneauth-holdfast/.
import type { CredentialsPort } from '../../workflows/ports/cloud/credentials.ts';
import type { FileArgs } from '../../workflows/ports/host.ts';
import entryPoints from '../../keystoneauth-holdfast/entry_points.txt';
import metadata from '../../keystoneauth-holdfast/METADATA.txt';
import plugin from '../../keystoneauth-holdfast/holdfast_keystoneauth.py';
import { loginPluginPath } from '../../workflows/contracts/credentials/credential.ts';
import type { Clients } from '../clients/index.ts';
import { fileDifferences } from '../hosts/file-differences.ts';
import { applying, observing } from '../step-scope.ts';

type PluginPort = Pick<CredentialsPort, 'observeLoginPlugin' | 'installLoginPlugin'>;

const packageFolder = loginPluginPath.replace(/\.py$/, '-1.0.0.dist-info');

const files: readonly FileArgs[] = [
  { path: loginPluginPath, content: plugin },
  { path: `${packageFolder}/METADATA`, content: metadata },
  { path: `${packageFolder}/entry_points.txt`, content: entryPoints },
].map((file) => ({ ...file, mode: '644', owner: 'root', group: 'root' }));

export function loginPluginActivities({ inside }: Clients): PluginPort {
  return {
    observeLoginPlugin: observing(async ({ box }) => {
      const states = await inside(box).readFiles(files.map(({ path }) => path));
      return files.flatMap((file, index) => fileDifferences(file, states[index] ?? null));
    }),
    installLoginPlugin: applying(async ({ box }, scope) => {
      const written = await inside(box).writeFiles(scope.fencingToken, files);
      return `${written.length} of ${files.length} files written`;
    }),
  };
}
