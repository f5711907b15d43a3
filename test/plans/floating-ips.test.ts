// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { floatingIpFiles } from '../../workflows/box/ovn/files.ts';

/** The box's program over a folder in place of /sys/class/net, and programs that write down how they were called. */
describe('the program beside the switch in userspace', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-links-'));
    mkdirSync(join(folder, 'bin'));
    const log = join(folder, 'log');
    writeFileSync(log, '');
    double(
      'ovs-vsctl',
      `case "$*" in *datapath_type*) echo '"netdev"';; *'get interface tapnew '*) echo -1;; *'get interface'*) echo 4;; *) echo "ovs-vsctl $*" >> ${log};; esac`,
    );
    double('ip', `case "$*" in *monitor*) exec /bin/sleep 30;; *) echo "ip $*" >> ${log};; esac`);
    double('ovn-nbctl', ':');
    double('ovsdb-client', ':');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function double(name: string, body: string): void {
    const path = join(folder, 'bin', name);
    writeFileSync(path, `#!/bin/sh\n${body}\n`);
    chmodSync(path, 0o755);
  }

  function link(name: string, flags: string, index: number): void {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'flags'), `${flags}\n`);
    writeFileSync(join(folder, name, 'ifindex'), `${index}\n`);
  }

  /** Ends by itself: the double of the database's monitor says nothing. @returns exit code */
  function run(): number {
    const [program] = floatingIpFiles;
    const text = (program?.content ?? '').replaceAll('/sys/class/net', folder);
    const script = `( ${text} ) & wait $!; echo $? > ${folder}/code; kill 0`;
    try {
      execFileSync('setsid', ['sh', '-c', script], {
        env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin` },
        stdio: 'ignore',
      });
    } catch {
      // It ended its own group.
    }
    return Number(readFileSync(join(folder, 'code'), 'utf8'));
  }

  function mended(): string[] {
    run();
    return readFileSync(join(folder, 'log'), 'utf8').split('\n').filter(Boolean);
  }

  it('has the switch open a link anew that QEMU made anew under the same name, and leaves what it holds', () => {
    link('tapheld', '0x1103', 15);
    link('taplost', '0x1003', 16);
    expect(mended()).toEqual([
      'ovs-vsctl --timeout=20 --if-exists set interface taplost ofport_request=1016',
    ]);
  });

  it('brings up a link that was left down, and asks nothing of one that the switch has not opened yet', () => {
    link('tapdown', '0x1102', 15);
    link('tapnew', '0x1003', 16);
    expect(mended()).toEqual(['ip link set tapdown up']);
  });
  it.each([
    ['does not answer', 'echo "database connection failed" >&2; exit 1'],
    ['answers nothing', ':'],
    ['names a datapath that is not known', 'echo dpdk'],
  ])('ends with an error, to be begun again, when the switch %s', (_, body) => {
    link('taplost', '0x1003', 16);
    double('ovs-vsctl', body);
    expect([run(), readFileSync(join(folder, 'log'), 'utf8')]).toEqual([1, '']);
  });

  it('waits beside the switch of the kernel, and begins when the bridge is made anew for the other', () => {
    link('tapdown', '0x1102', 15);
    const asked = join(folder, 'asked');
    double('ovs-vsctl', `[ -e ${asked} ] && echo netdev || echo '""'; : > ${asked}`);
    double('sleep', ':');
    expect(mended()).toEqual(['ip link set tapdown up']);
  });
});
