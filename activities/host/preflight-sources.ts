// SPDX-License-Identifier: Apache-2.0
// Whether the package sources answer, and whether the clock agrees with theirs. Only asks.
import { lookup } from 'node:dns/promises';
import { request } from 'undici';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { deepestCause } from '../clients/failure.ts';

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
