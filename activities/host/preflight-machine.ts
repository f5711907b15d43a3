// SPDX-License-Identifier: Apache-2.0
// Whether this machine has the tools, the memory and the disk. `have` is the cause, `want` the fix. Only reads.
import { access, readFile, statfs } from 'node:fs/promises';
import { arch, availableParallelism, freemem, userInfo } from 'node:os';
import { dirname } from 'node:path';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { PreflightArgs } from '../../workflows/ports/host.ts';
import { thisMachine } from '../hosts/transport.ts';

/** Program → Debian package. */
const tools = {
  mmdebstrap: 'mmdebstrap',
  'systemd-nspawn': 'systemd-container',
  ip: 'iproute2',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  flock: 'util-linux',
  setpriv: 'util-linux',
  setsid: 'util-linux',
  nft: 'nftables',
  ping: 'iputils-ping',
} as const;

const found = async (check: Promise<unknown>): Promise<boolean> => check.then(() => true).catch(() => false);

export async function toolFindings(): Promise<Difference[]> {
  const findings: Difference[] = [];
  const user = userInfo().uid;
  if (user !== 0)
    findings.push({
      what: 'not root',
      have: `the worker runs as user ${user}`,
      want: 'run holdfast as root, with sudo for instance',
    });
  // Images, Temporal's build and the guests are of this architecture alone so far.
  if (arch() !== 'x64')
    findings.push({
      what: 'another architecture',
      have: `this machine is ${arch()}`,
      want: 'a machine with an x86-64 processor',
    });
  for (const [program, debianPackage] of Object.entries(tools)) {
    const { exitCode } = await thisMachine.run(['sh', '-c', 'command -v "$1"', 'sh', program]);
    if (exitCode !== 0)
      findings.push({ what: `no ${program}`, have: 'not on PATH', want: `apt-get install ${debianPackage}` });
  }
  const kernel = await readFile('/proc/filesystems', 'utf8');
  for (const filesystem of ['overlay', 'cgroup2', 'tmpfs']) {
    if (new RegExp(`\\b${filesystem}$`, 'm').test(kernel)) continue;
    const { exitCode } = await thisMachine.run(['modprobe', filesystem]).catch(() => ({ exitCode: 1 }));
    if (exitCode !== 0)
      findings.push({
        what: `kernel without ${filesystem}`,
        have: 'absent from /proc/filesystems',
        want: `modprobe ${filesystem}`,
      });
  }
  for (const namespace of ['net', 'mnt', 'pid', 'uts', 'ipc', 'cgroup']) {
    if (await found(access(`/proc/self/ns/${namespace}`))) continue;
    findings.push({
      what: `kernel without ${namespace} namespaces`,
      have: `no /proc/self/ns/${namespace}`,
      want: 'a kernel with CONFIG_NAMESPACES',
    });
  }
  return findings;
}

export async function machineFindings(
  args: Pick<PreflightArgs, 'diskFreeMebibytesMin' | 'memoryMebibytesMin' | 'processorsMin'>,
  folders: readonly string[],
): Promise<Difference[]> {
  const findings: Difference[] = [];
  const memory = Math.floor((await availableMemory()) / 2 ** 20);
  if (memory < args.memoryMebibytesMin) {
    findings.push({
      what: 'too little memory',
      have: `${memory} MiB available`,
      want: `${args.memoryMebibytesMin} MiB: end something else or add memory`,
    });
  }
  const processors = availableParallelism();
  if (processors < args.processorsMin) {
    findings.push({ what: 'too few processors', have: String(processors), want: `${args.processorsMin}` });
  }
  for (const folder of folders) {
    const disk = await freeMebibytes(folder);
    if (disk < args.diskFreeMebibytesMin) {
      findings.push({
        what: `disk of ${folder} too full`,
        have: `${disk} MiB free`,
        want: `${args.diskFreeMebibytesMin} MiB: free space, or set HOLDFAST_CACHE to another disk`,
      });
    }
  }
  return findings;
}

async function availableMemory(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const kibibytes = /^MemAvailable:\s+(\d+) kB/m.exec(text)?.[1];
  return kibibytes === undefined ? freemem() : Number(kibibytes) * 1024;
}

async function freeMebibytes(folder: string): Promise<number> {
  for (let path = folder; ; path = dirname(path)) {
    const disk = await statfs(path).catch(() => null);
    if (disk !== null) return Math.floor((disk.bavail * disk.bsize) / 2 ** 20);
    if (path === '/') return 0;
  }
}
