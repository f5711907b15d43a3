// SPDX-License-Identifier: Apache-2.0
// What tunnels lead to, by the rules that the box is given: the floating IPs, and not the machine behind their first address.
import { describe, expect, it } from 'vitest';
import { digest } from '../../activities/operation/builds/build.ts';
import { profiles } from '../../profiles/index.ts';
import { defaultServices } from '../../workflows/contracts/box/box-spec.ts';
import { parseBoxSpec } from '../../workflows/contracts/box/box-spec.schema.ts';
import type { InstallFacts } from '../../workflows/box/plan.ts';
import { installBoxSteps } from '../../workflows/operations/install-box/steps.ts';
import type { FileArgs } from '../../workflows/ports/host.ts';

const management = { cidr: '10.77.1.0/24', address: '10.77.1.2', gateway: '10.77.1.1' };
const sources = { text: '', releases: [], aptOptions: [] };
const facts: InstallFacts = { profile: profiles['debian-13'], processors: 2, sources, digest };

/** The rules of the chain `forward`, one each. */
function forwarded(services: readonly string[], networks: object = {}): string[] {
  const parsed = parseBoxSpec({
    apiVersion: 'holdfast/v1',
    kind: 'Box',
    name: 'lab',
    networks: { management, ...networks },
    services,
    hypervisor: 'auto',
    access: { wireguard: { address: '192.168.1.20' } },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const step = installBoxSteps(parsed.value, facts).find(({ id }) => id === 'wireguard.config');
  const { files } = step?.apply?.args as { files: FileArgs[] };
  const rules = files.find(({ path }) => path.endsWith('rules.nft'))?.content ?? '';
  return (/chain forward \{([^}]*)\}/.exec(rules)?.[1] ?? '')
    .split('\n')
    .flatMap((line) => line.trim() || []);
}

const before = ['type filter hook forward priority 0; policy accept;', 'iifname != "hf-clients" accept'];

describe('tunnels of a box', () => {
  it('lead to floating IPs, and neither to the machine nor to all of the network at once', () => {
    expect(forwarded(defaultServices)).toEqual([
      ...before,
      'ip daddr 10.77.129.2-10.77.129.254 accept',
      'drop',
    ]);
    expect(forwarded(defaultServices, { public: { cidr: '203.0.113.8/29' } })).toContain(
      'ip daddr 203.0.113.10-203.0.113.14 accept',
    );
  });

  it('lead to the APIs alone where there are no guests', () => {
    expect(forwarded(['identity'])).toEqual([...before, 'drop']);
  });
});
