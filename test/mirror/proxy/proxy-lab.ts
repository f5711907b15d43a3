// SPDX-License-Identifier: Apache-2.0
// A real squid in front of the web server of a mirror in a folder of this machine.
import { execFile, type ChildProcess } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { setAllowlist, type ProxyPlaces } from '../../../activities/mirror/proxy/allowlist.ts';
import type { Site } from '../../../activities/mirror/site.ts';
import { findFreePort } from '../../../workers/embedded/border/listening-process.ts';
import { squidFile } from '../../../workflows/box/mirror/proxy.ts';
import { allowlistFile } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { AuditArgs } from '../../../workflows/ports/mirror/proxy.ts';
import { cacheDirectory } from '../../system/cache-directory.ts';
import { MirrorLab } from '../mirror-lab.ts';
import installSquid from './install-squid.sh';

export class ProxyLab {
  private constructor(
    readonly mirror: MirrorLab,
    readonly args: AuditArgs,
    readonly places: ProxyPlaces,
    private readonly squid: ChildProcess,
  ) {}

  get site(): Site {
    return this.mirror.site;
  }

  /** It lets through the mirror itself and `pypi.test`. */
  static async create(): Promise<ProxyLab> {
    const directory = join(cacheDirectory(), 'squid');
    await mkdir(directory, { recursive: true });
    await execa('flock', [`${directory}.lock`, 'sh', '-c', installSquid, 'squid', directory]);
    const mirror = await MirrorLab.create('lab', [join(directory, 'bin')]);
    const { data, webPort } = mirror.site;
    const folder = join(data, 'squid');
    await mkdir(folder, { mode: 0o755 });
    const places = { configuration: join(folder, 'squid.conf'), list: join(folder, 'allowed.txt') };
    const port = await findFreePort(0);
    const probe = `http://127.0.0.1:${webPort}/health`;
    const args = { box: 'lab', port, allow: ['127.0.0.1', 'pypi.test'], refuse: [], probe };
    const share = join(directory, 'root/usr/share/squid');
    const own = [
      `error_directory ${share}/errors/templates`,
      `unlinkd_program ${join(directory, 'root/usr/lib/squid/unlinkd')}`,
      `icon_directory ${share}/icons`,
      `mime_table ${share}/mime.conf`,
      'pinger_enable off',
      // No name server is asked: nothing listens at port 80 of these.
      'dns_nameservers 127.0.0.1',
      `hosts_file ${join(folder, 'hosts')}`,
      '',
    ];
    await writeFile(join(folder, 'hosts'), '127.0.0.1 pypi.test new.test\n');
    const text = squidFile(port, data)
      .content.replace(allowlistFile, places.list)
      .replace('/run/squid.pid', join(folder, 'squid.pid'))
      // The web server of a box listens on one of these.
      .replace('acl safe_ports port 80 443', `acl safe_ports port 80 443 ${webPort}`);
    await writeFile(places.configuration, `${text}${own.join('\n')}`);
    await setAllowlist(mirror.site, args, places);
    const squid = execFile(join(directory, 'bin/squid'), ['-N', '-f', places.configuration]);
    const lab = new ProxyLab(mirror, args, places, squid);
    await lab.#answers();
    return lab;
  }

  /** Status that the proxy answers with; 0: it answers nothing. */
  asked(url: string): Promise<number> {
    return this.#curl('http_code', url);
  }

  /** Status of the answer to CONNECT. */
  tunnelled(destination: string): Promise<number> {
    return this.#curl('http_connect', `http://${destination}/`, '--proxytunnel');
  }

  async listed(): Promise<string[]> {
    return (await readFile(this.places.list, 'utf8')).trim().split('\n');
  }

  async remove(): Promise<void> {
    this.squid.kill('SIGKILL');
    await this.mirror.remove();
  }

  async #answers(): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      // Not for the web server: its port here is none of those of a box, and would be an unknown destination.
      if ((await this.asked('http://holdfast-probe.invalid/')) === 403) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('squid does not answer');
  }

  async #curl(what: 'http_code' | 'http_connect', url: string, ...more: string[]): Promise<number> {
    const words = ['--silent', '--output', '/dev/null', '--max-time', '10', '--noproxy', ''];
    const proxy = ['--proxy', `http://127.0.0.1:${this.args.port}`, '--write-out', `%{${what}}`];
    const { stdout } = await execa('curl', [...words, ...proxy, ...more, url], { reject: false });
    return Number(stdout);
  }
}
