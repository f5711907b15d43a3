// SPDX-License-Identifier: Apache-2.0
// A real registry on loopback, filled by skopeo with generated images.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { findFreePort } from '../../../workers/embedded/border/listening-process.ts';
import { cacheDirectory } from '../../system/cache-directory.ts';
import { generated, sha256Of } from '../upstream-server.ts';
import installTools from './install-registry-tools.sh';

/** Folder of skopeo and the registry's program. */
export async function registryTools(): Promise<string> {
  const directory = join(cacheDirectory(), 'registry-tools');
  await mkdir(directory, { recursive: true });
  await execa('flock', [`${directory}.lock`, 'sh', '-c', installTools, 'registry-tools', directory]);
  return join(directory, 'root/usr/bin');
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** An image for two platforms; layers of the same name are the same bytes. */
export interface GeneratedImage {
  readonly repository: string;
  readonly tag: string;
  readonly layers: readonly { readonly name: string; readonly bytes: number }[];
}

export class RegistryUpstream {
  private constructor(
    readonly host: string,
    private readonly folder: string,
    private readonly tools: string,
    private readonly stopServing: () => Promise<void>,
  ) {}

  static async start(): Promise<RegistryUpstream> {
    const tools = await registryTools();
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-registry-'));
    const port = await findFreePort(0);
    const configuration = [
      'version: 0.1',
      'log: { level: error }',
      `storage: { filesystem: { rootdirectory: ${join(folder, 'data')} } }`,
      `http: { addr: '127.0.0.1:${port}' }`,
    ];
    await writeFile(join(folder, 'config.yml'), `${configuration.join('\n')}\n`);
    const registry = execa(join(tools, 'docker-registry'), ['serve', join(folder, 'config.yml')], {
      reject: false,
    });
    const stop = async (): Promise<void> => {
      registry.kill('SIGTERM');
      await registry;
    };
    const host = `127.0.0.1:${port}`;
    for (let tries = 0; tries < 100; tries += 1) {
      const answer = await fetch(`http://${host}/v2/`).catch(() => null);
      if (answer?.status === 200) return new RegistryUpstream(host, folder, tools, stop);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await stop();
    throw new Error('the registry does not answer');
  }

  async stop(): Promise<void> {
    await this.stopServing();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** By skopeo, from an OCI layout. Returns the digest of the index. */
  async push({ repository, tag, layers }: GeneratedImage): Promise<string> {
    const layout = await mkdtemp(join(this.folder, 'layout-'));
    await mkdir(join(layout, 'blobs/sha256'), { recursive: true });
    const put = async (bytes: Buffer, mediaType: string): Promise<Descriptor> => {
      const digest = createHash('sha256').update(bytes).digest('hex');
      await writeFile(join(layout, 'blobs/sha256', digest), bytes);
      return { mediaType, digest: `sha256:${digest}`, size: bytes.byteLength };
    };
    const json = (value: object, type: string) => put(Buffer.from(JSON.stringify(value)), oci(type));
    const images: object[] = [];
    for (const architecture of ['amd64', 'arm64']) {
      const described: Descriptor[] = [];
      for (const { name, bytes } of layers)
        described.push(
          await put(gzipSync(generated(`${name} ${architecture}`, bytes)), oci('image.layer.v1.tar+gzip')),
        );
      const rootfs = { type: 'layers', diff_ids: described.map(({ digest }) => digest) };
      const config = await json({ architecture, os: 'linux', config: {}, rootfs }, 'image.config.v1+json');
      const manifest = {
        schemaVersion: 2,
        mediaType: oci('image.manifest.v1+json'),
        config,
        layers: described,
      };
      images.push({
        ...(await json(manifest, 'image.manifest.v1+json')),
        platform: { os: 'linux', architecture },
      });
    }
    const type = 'image.index.v1+json';
    const index = await json({ schemaVersion: 2, mediaType: oci(type), manifests: images }, type);
    const named = { ...index, annotations: { 'org.opencontainers.image.ref.name': tag } };
    await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [named] }));
    await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    await this.skopeo(
      'copy',
      '--all',
      '--dest-tls-verify=false',
      `oci:${layout}:${tag}`,
      `docker://${this.host}/${repository}:${tag}`,
    );
    return index.digest.slice('sha256:'.length);
  }

  /** Lays a manifest that refers to another one, and lists it under the tag that stands for that. Returns its digest. */
  async refer(repository: string, subject: string, artifactType: string): Promise<string> {
    const blob = Buffer.from('{}');
    const layer = generated(`${artifactType} of ${subject}`, 500);
    for (const bytes of [blob, layer]) await this.#putBlob(repository, bytes);
    const part = (bytes: Buffer, mediaType: string): Descriptor => ({
      mediaType,
      digest: `sha256:${sha256Of(bytes)}`,
      size: bytes.byteLength,
    });
    const type = oci('image.manifest.v1+json');
    const { headers } = await fetch(`http://${this.host}/v2/${repository}/manifests/sha256:${subject}`, {
      method: 'HEAD',
      headers: { accept: oci('image.index.v1+json') },
    });
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: type,
        artifactType,
        config: part(blob, oci('empty.v1+json')),
        layers: [part(layer, 'application/octet-stream')],
        subject: {
          mediaType: oci('image.index.v1+json'),
          digest: `sha256:${subject}`,
          size: Number(headers.get('content-length')),
        },
        annotations: { 'org.opencontainers.image.created': '2026-01-02T03:04:05Z' },
      }),
    );
    const described = part(manifest, type);
    await this.#putManifest(repository, described.digest, manifest, type);
    const indexType = oci('image.index.v1+json');
    const index = { schemaVersion: 2, mediaType: indexType, manifests: [{ ...described, artifactType }] };
    await this.#putManifest(repository, `sha256-${subject}`, Buffer.from(JSON.stringify(index)), indexType);
    return described.digest.slice('sha256:'.length);
  }

  async #putBlob(repository: string, bytes: Buffer): Promise<void> {
    const begun = await fetch(`http://${this.host}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
    const url = new URL(begun.headers.get('location') ?? '', `http://${this.host}`);
    url.searchParams.set('digest', `sha256:${sha256Of(bytes)}`);
    const put = await fetch(url, { method: 'PUT', body: new Uint8Array(bytes) });
    if (put.status !== 201) throw new Error(`the registry takes no blob: ${put.status}`);
  }

  async #putManifest(repository: string, reference: string, bytes: Buffer, type: string): Promise<void> {
    const url = `http://${this.host}/v2/${repository}/manifests/${reference}`;
    const put = await fetch(url, {
      method: 'PUT',
      headers: { 'content-type': type },
      body: new Uint8Array(bytes),
    });
    if (put.status !== 201) throw new Error(`the registry takes no manifest: ${await put.text()}`);
  }

  async skopeo(...words: string[]): Promise<string> {
    const { stdout } = await execa(join(this.tools, 'skopeo'), ['--insecure-policy', ...words]);
    return stdout;
  }
}

const oci = (type: string): string => `application/vnd.oci.${type}`;
