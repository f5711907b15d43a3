// SPDX-License-Identifier: Apache-2.0
// squid in the box of a mirror whose spec asks for it: its file, its list of hosts, and the steps that make both true. Pure.
import { allowedPorts, logFormat } from '../../contracts/mirror/proxy/access-log.ts';
import type { MirrorSpec } from '../../contracts/mirror/mirror-spec.ts';
import { allowlistFile, proxyConfiguration, sitePaths } from '../../contracts/mirror/site-paths.ts';
import { dataInside } from '../../contracts/box/data-folder.ts';
import type { FileArgs } from '../../ports/host.ts';
import { decisionQuestion, decisionRemindSeconds } from '../../contracts/mirror/proxy/decision.ts';
import { call, effect } from '../../ports/index.ts';
import type { AuditArgs, DecisionArgs, ProxyArgs } from '../../ports/mirror/proxy.ts';
import { fileCalls, type Steps } from '../calls.ts';
import { file } from '../file.ts';
import type { OnFailure } from './kind.ts';

/** The mirror itself is always let through. */
export const proxyArgs = (spec: MirrorSpec, proxy: NonNullable<MirrorSpec['proxy']>): ProxyArgs => ({
  box: spec.name,
  port: proxy.port,
  allow: [spec.network.address, ...proxy.allow],
  probe: `http://${spec.network.address}/health`,
});

/** What an audit is told. */
export const auditArgs = (spec: MirrorSpec, proxy: NonNullable<MirrorSpec['proxy']>): AuditArgs => ({
  ...proxyArgs(spec, proxy),
  refuse: proxy.refuse ?? [],
});

/** What a refresh is told that waits for a decision on unknown destinations; undefined: none does. */
export function decisionArgs({ name, network, proxy }: MirrorSpec): DecisionArgs | undefined {
  if (proxy?.audit !== 'approve') return undefined;
  const { address } = network;
  return { box: name, port: proxy.port, address, probe: `http://${address}/health` };
}

/** Between the trials of a revision and its publication. */
export const decisionSteps = (args: DecisionArgs, onFailure: OnFailure): Steps => ({
  audit: {
    title: 'Destinations that clients asked for decided on',
    awaits: { remindSeconds: decisionRemindSeconds },
    question: decisionQuestion,
    ...effect('observeDecision', 'recordDecision', args),
  },
  'audit.decided': {
    title: 'No destination left undecided',
    onFailure: 'fail',
    observe: call('observeDecided', args),
  },
  'audit.allowed': {
    title: 'Proxy lets through what was allowed',
    onFailure,
    ...effect('observeRecordedAllowlist', 'setRecordedAllowlist', args),
  },
});

/**
 * Other ports of an allowed host are refused as well, and nothing is cached: what is fetched often belongs into the mirror.
 * @source `-n`: an address is compared as it is written, and no name is looked up for it
 */
export const squidFile = (port: number, data: string): FileArgs =>
  file(proxyConfiguration, 'root', '644', [
    `http_port ${port}`,
    'pid_filename /run/squid.pid',
    `acl allowed dstdomain -n "${allowlistFile}"`,
    `acl safe_ports port ${allowedPorts.join(' ')}`,
    'acl tls_port port 443',
    'http_access deny !safe_ports',
    'http_access deny CONNECT !tls_port',
    'http_access allow allowed',
    'http_access deny all',
    'cache deny all',
    `logformat holdfast ${logFormat}`,
    `access_log stdio:${data}/${sitePaths.proxy}/access.log holdfast`,
    'cache_log /dev/null',
    'logfile_rotate 0',
    'shutdown_lifetime 1 seconds',
    'forwarded_for delete',
  ]);

/** They follow the web server, which the probe asks for. None without a proxy. */
export function proxySteps(spec: MirrorSpec): Steps {
  const { name: box, proxy } = spec;
  if (proxy === undefined) return {};
  const args = proxyArgs(spec, proxy);
  const files = [squidFile(proxy.port, dataInside)];
  const unit = { box, unit: 'squid.service', files: [proxyConfiguration] };
  return {
    'proxy.config': { title: 'File of the proxy', after: ['mirror.config'], ...fileCalls(box, files) },
    'proxy.allowlist': {
      title: 'Hosts that the proxy lets through',
      after: ['proxy.config', 'mirror.web'],
      ...effect('observeAllowlist', 'setAllowlist', args),
    },
    'proxy.running': {
      title: 'Proxy runs',
      settleSeconds: 30,
      tries: 2,
      ...effect('observeUnit', 'ensureUnit', unit),
    },
    'proxy.probed': {
      title: 'Proxy lets through what is allowed, and nothing else',
      settleSeconds: 30,
      ...effect('observeProxy', 'setAllowlist', args),
    },
  };
}
