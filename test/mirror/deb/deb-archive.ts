// SPDX-License-Identifier: Apache-2.0
// Generates a small Debian archive with a signing key of its own, by dpkg-deb and gpg.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';

export interface ArchivePackage {
  readonly name: string;
  readonly version: string;
  readonly depends?: string;
  readonly provides?: string;
  /** Of generated content beside the control file. */
  readonly bytes?: number;
}

export class DebArchive {
  private constructor(
    readonly folder: string,
    private readonly gnupgHome: string,
    readonly publicKey: string,
  ) {}

  static async create(): Promise<DebArchive> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-archive-'));
    const gnupgHome = join(folder, 'gnupg');
    await mkdir(gnupgHome, { mode: 0o700 });
    const gpg = gpgOf(gnupgHome);
    await gpg('--quick-generate-key', 'archive of a test', 'ed25519', 'sign', 'never');
    const { stdout } = await gpg('--armor', '--export');
    return new DebArchive(folder, gnupgHome, `${stdout}\n`);
  }

  /** Builds the packages and returns the served files by path. `further`: stanzas of packages that are not built. */
  async publish(
    suite: string,
    packages: readonly ArchivePackage[],
    release: Readonly<Record<string, string>> = {},
    further: readonly string[] = [],
  ): Promise<Map<string, Buffer>> {
    const files = new Map<string, Buffer>();
    const stanzas: string[] = [];
    for (const each of packages) {
      const [path, bytes, control] = await this.#build(each);
      files.set(path, bytes);
      const size = bytes.byteLength;
      stanzas.push(`${control}Filename: ${path}\nSize: ${size}\nSHA256: ${sha256(bytes)}\n`);
    }
    const plain = Buffer.from([...stanzas, ...further].join('\n'));
    const index = gzipSync(plain);
    const indexPath = 'main/binary-amd64/Packages.gz';
    files.set(`dists/${suite}/${indexPath}`, index);
    files.set(`dists/${suite}/main/binary-amd64/by-hash/SHA256/${sha256(index)}`, index);
    const fields = {
      Origin: 'test',
      Suite: suite,
      Codename: suite,
      Date: new Date().toUTCString(),
      'Acquire-By-Hash': 'yes',
      Architectures: 'amd64',
      Components: 'main',
      ...release,
      // apt asks for no index whose plain form is not listed.
      SHA256:
        `\n ${sha256(index)} ${index.byteLength} ${indexPath}` +
        `\n ${sha256(plain)} ${plain.byteLength} ${indexPath.replace('.gz', '')}`,
    };
    const text = Object.entries(fields).map(([key, value]) => `${key}: ${value}\n`);
    files.set(`dists/${suite}/InRelease`, await this.sign(text.join('')));
    return files;
  }

  async sign(text: string): Promise<Buffer> {
    const path = join(this.folder, 'to-sign');
    await writeFile(path, text);
    await gpgOf(this.gnupgHome)('--yes', '--clearsign', '--output', `${path}.signed`, path);
    return readFile(`${path}.signed`);
  }

  async remove(): Promise<void> {
    await execa('gpgconf', ['--homedir', this.gnupgHome, '--kill', 'all'], { reject: false });
    await rm(this.folder, { recursive: true, force: true });
  }

  async #build({ name, version, depends, provides, bytes = 100 }: ArchivePackage) {
    const tree = join(this.folder, 'build', name);
    const file = join(tree, 'usr/share', name);
    await mkdir(join(tree, 'DEBIAN'), { recursive: true });
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, noise(name, bytes));
    const lines = [
      `Package: ${name}`,
      `Version: ${version}`,
      'Architecture: all',
      'Maintainer: A Test <test@example.org>',
      ...(depends === undefined ? [] : [`Depends: ${depends}`]),
      ...(provides === undefined ? [] : [`Provides: ${provides}`]),
      'Description: generated',
    ];
    const control = `${lines.join('\n')}\n`;
    await writeFile(join(tree, 'DEBIAN/control'), control);
    const target = join(this.folder, 'built.deb');
    // The same bytes at each run.
    const env = { SOURCE_DATE_EPOCH: '1' };
    await execa('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, target], { env });
    await rm(tree, { recursive: true });
    const path = `pool/main/${name}/${name}_${version.replace(/^\d+:/, '')}_all.deb`;
    return [path, await readFile(target), control] as const;
  }
}

const gpgOf =
  (home: string) =>
  (...args: string[]) =>
    execa('gpg', [
      '--homedir',
      home,
      '--batch',
      '--quiet',
      '--pinentry-mode',
      'loopback',
      '--passphrase',
      '',
      ...args,
    ]);

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Not to be packed smaller, and the same at each run. */
function noise(name: string, size: number): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < size; at += 32) blocks.push(createHash('sha256').update(`${name} ${at}`).digest());
  return Buffer.concat(blocks).subarray(0, size);
}
