// SPDX-License-Identifier: Apache-2.0
// What tells tools of containers to pull from a mirror first: registries.conf of podman, skopeo and buildah; hosts.toml of containerd. Pure.
import { hostOfUrl } from '../content.ts';
import type { OciManifest, RegistryPins } from './pins.ts';

/** Below the tree of a manifest. */
interface ClientFile {
  readonly path: string;
  readonly text: string;
}

/** As people write it in the name of an image. @source Docker Hub answers under another name than its images have */
const nameOf = ({ url }: RegistryPins): string => {
  const host = hostOfUrl(url);
  return host === 'registry-1.docker.io' ? 'docker.io' : host;
};

/** The upstream stays the second choice: a machine without a way out reaches it not, one with a way out gets what is not mirrored. */
export function clientFiles(address: string, { registries }: OciManifest): ClientFile[] {
  const tables = registries.map((each) =>
    [
      '[[registry]]',
      `prefix = "${nameOf(each)}"`,
      `location = "${nameOf(each)}"`,
      '',
      '[[registry.mirror]]',
      `location = "${address}/${each.registry}"`,
      'insecure = true',
      '',
    ].join('\n'),
  );
  const hosts = registries.map((each) => ({
    path: `containers/hosts/${nameOf(each)}/hosts.toml`,
    text: [
      `server = "${each.url}"`,
      '',
      `[host."http://${address}/v2/${each.registry}"]`,
      'capabilities = ["pull", "resolve"]',
      'override_path = true',
      '',
    ].join('\n'),
  }));
  return [{ path: 'containers/registries.conf', text: tables.join('\n') }, ...hosts];
}
