// SPDX-License-Identifier: Apache-2.0
// The single checks of the preflight. `have` is the cause, `want` the fix. Each only reads.
// Touches: this machine (reads), Debian's package sources
import { lookup } from 'node:dns/promises';
import { access, readFile, statfs } from 'node:fs/promises';
import { availableParallelism, freemem, userInfo } from 'node:os';
import { dirname } from 'node:path';
import { request } from 'undici';
import { overlaps, parseAddress, parseCidr, type Cidr } from '../../workflows/contracts/cidr.ts';
import type { Difference } from '../../workflows/contracts/observation.ts';
import type { PreflightArgs } from '../../workflows/ports/host.ts';
import { deepestCause } from '../clients/failure.ts';
import { thisMachine } from '../clients/host/transport.ts';

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

/** Another interface with our address or in our range, a namespace or a link with our name that is not ours. */
export async function networkFindings(args: PreflightArgs, namespace: string): Promise<Difference[]> {
  const { cidr, address, gateway } = args.management;
  const findings: Difference[] = [];
  const wanted = parseCidr(cidr);
  // Links that are down count too: they may come up.
  const shown = await thisMachine.run(['ip', '-j', '-4', 'addr', 'show']).catch(() => null);
  // Without `ip` there is nothing to see; that it is missing is a finding of its own.
  if (shown === null) return findings;
  for (const { ifname, addr_info } of JSON.parse(shown.stdout) as ShownLink[]) {
    if (ifname === args.link) continue;
    for (const { local, prefixlen } of addr_info ?? []) {
      const other = networkOf(local, prefixlen);
      if (wanted === null || !overlaps(wanted, other)) continue;
      findings.push({
        what: `network ${cidr} is in use`,
        have: `${ifname} has ${local}/${prefixlen}`,
        want: 'choose another networks.management.cidr',
      });
    }
  }
  const route = await thisMachine.run(['ip', '-j', 'route', 'show', 'exact', cidr]);
  const routes = (route.exitCode === 0 && route.stdout.trim() !== '' ? JSON.parse(route.stdout) : []) as {
    dev?: string;
  }[];
  for (const { dev } of routes) {
    if (dev === args.link || findings.length > 0) continue;
    findings.push({
      what: `network ${cidr} is routed elsewhere`,
      have: `by ${dev ?? 'another link'}`,
      want: 'choose another networks.management.cidr',
    });
  }
  const strangers = await thisMachine.run(['ip', '-n', namespace, '-j', 'addr', 'show', 'dev', 'host0']);
  if (
    strangers.exitCode === 0 &&
    !strangers.stdout.includes(`"local":"${address}"`) &&
    strangers.stdout.includes('"local"')
  ) {
    findings.push({
      what: `network namespace ${namespace} has another address`,
      have: 'not the spec’s',
      want: `${address} behind ${gateway}: holdfast box destroy ${args.box} first`,
    });
  }
  return findings;
}

interface ShownLink {
  readonly ifname?: string;
  readonly addr_info?: readonly { readonly local: string; readonly prefixlen: number }[];
}

function networkOf(address: string, prefix: number): Cidr {
  const size = 2 ** (32 - prefix);
  const value = parseAddress(address) ?? 0;
  const first = value - (value % size);
  return { first, last: first + size - 1, prefix };
}

/** @source a day: Release files are dated, and a clock this wrong breaks every certificate */
const clockSkewMillisecondsMax = 86_400_000;

export async function sourceFindings(sources: readonly string[]): Promise<Difference[]> {
  const findings: Difference[] = [];
  for (const url of sources) {
    const hostname = new URL(url).hostname.replace(/^\[|\]$/g, '');
    const resolved = await lookup(hostname).then(
      () => null,
      (error: unknown) => deepestCause(error),
    );
    if (resolved !== null) {
      findings.push({
        what: `name ${hostname} does not resolve`,
        have: resolved ?? 'no answer',
        want: 'mend /etc/resolv.conf, or name another debian.mirror',
      });
      continue;
    }
    const answer = await request(url, { method: 'GET', headersTimeout: 20_000, bodyTimeout: 20_000 }).catch(
      (error: unknown) => error as Error,
    );
    if (answer instanceof Error) {
      findings.push({
        what: `package source ${url} is silent`,
        have: deepestCause(answer) ?? '',
        want: 'bring the source or the network back, or name another debian.mirror',
      });
      continue;
    }
    await answer.body.dump();
    if (answer.statusCode !== 200) {
      findings.push({
        what: `package source ${url} refuses`,
        have: `HTTP ${answer.statusCode}`,
        want: 'name a debian.mirror that carries this release',
      });
    }
    const date = Date.parse(String(answer.headers['date']));
    if (Math.abs(date - Date.now()) > clockSkewMillisecondsMax) {
      findings.push({
        what: 'clock is wrong',
        have: new Date().toISOString(),
        want: `${new Date(date).toISOString()}, as ${hostname} says: set the clock`,
      });
    }
  }
  return findings;
}
