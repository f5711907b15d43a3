// SPDX-License-Identifier: Apache-2.0
// aptly by itself, as its documentation has it: a mirror of one suite in a folder.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Killable } from './killed-at.ts';
import { mirrorTools } from '../../test/mirror/mirror-lab.ts';

export class Aptly {
  private constructor(
    private readonly program: string,
    private readonly folder: string,
  ) {}

  /** `key`: path of the public key of the archive, armoured. */
  static async create(folder: string, key: string): Promise<Aptly> {
    await mkdir(folder, { mode: 0o700 });
    await execa('gpg', [
      '--homedir',
      folder,
      '--batch',
      '--dearmor',
      '--output',
      join(folder, 'keyring.gpg'),
      key,
    ]);
    await writeFile(join(folder, 'aptly.conf'), JSON.stringify({ rootDir: folder, gpgProvider: 'gpg' }));
    return new Aptly(join(await mirrorTools(), 'usr/bin/aptly'), folder);
  }

  /** `filter`: default: every package. */
  async mirror(url: string, filter?: string): Promise<void> {
    const filtered = filter === undefined ? [] : [`-filter=${filter}`];
    await this.#aptly(['mirror', 'create', this.#keyring, ...filtered, 'lab', url, 'stable', 'main']);
  }

  /** Returns the seconds that it took. */
  async update(): Promise<number> {
    const began = performance.now();
    await this.#aptly(this.#update);
    return (performance.now() - began) / 1000;
  }

  /** For one that is killed. */
  begin(): Killable {
    return execa(this.program, this.#words(this.#update), { env: { GNUPGHOME: this.folder }, reject: false });
  }

  async #aptly(words: readonly string[]): Promise<void> {
    await execa(this.program, this.#words(words), { env: { GNUPGHOME: this.folder } });
  }

  get #keyring(): string {
    return `-keyring=${join(this.folder, 'keyring.gpg')}`;
  }

  get #update(): string[] {
    return ['mirror', 'update', this.#keyring, 'lab'];
  }

  #words(words: readonly string[]): string[] {
    return [`-config=${join(this.folder, 'aptly.conf')}`, ...words];
  }
}
