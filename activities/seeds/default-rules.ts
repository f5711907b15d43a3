// SPDX-License-Identifier: Apache-2.0
// Makes the template of default security groups be the standard's: all may leave, only the same group may enter.
// Touches: the cloud's APIs
import type { Difference } from '../../workflows/contracts/observation.ts';
import type { SeedsPort } from '../../workflows/ports/seeds.ts';
import { withCloud, type OpenStackClient } from '../clients/cloud.ts';
import type { Clients } from '../clients/index.ts';
import { adminLogin, silentWithoutAdmin } from '../clients/admin-login.ts';
import { applying, observing } from '../row-scope.ts';

type Rule = Awaited<ReturnType<OpenStackClient['network']['defaultSecurityGroupRules']['list']>>[number];

/** @source SCS-0115: no ingress but from the same group, egress over IPv4 and IPv6 */
const wanted = (['IPv4', 'IPv6'] as const).flatMap((ethertype) => [
  { direction: 'egress', ethertype } as const,
  // `PARENT` is Neutron's word for the group that the rule will stand in.
  { direction: 'ingress', ethertype, remoteGroupId: 'PARENT' } as const,
]);

type Wanted = (typeof wanted)[number];

export function defaultRuleActivities(
  clients: Clients,
): Pick<SeedsPort, 'observeDefaultRules' | 'ensureDefaultRules'> {
  return {
    observeDefaultRules: observing(async (args) => {
      const login = await adminLogin(clients.secrets, args);
      const present = await withCloud(login, rulesOf).catch(silentWithoutAdmin(args));
      return ruleDifferences(present);
    }),
    ensureDefaultRules: applying(async (args) => {
      const login = await adminLogin(clients.secrets, args);
      return withCloud(login, async (client) => {
        const rules = client.network.defaultSecurityGroupRules;
        const present = await rulesOf(client);
        for (const rule of present)
          if (!wanted.some((each) => isSame(each, rule))) await rules.delete(rule.id);
        for (const each of wanted)
          if (!present.some((rule) => isSame(each, rule)))
            await rules.create({
              ...each,
              usedInDefaultSg: true,
              usedInNonDefaultSg: each.direction === 'egress',
            });
        return undefined;
      });
    }),
  };
}

/** Those of default groups. */
async function rulesOf({ network }: OpenStackClient): Promise<Rule[]> {
  return (await network.defaultSecurityGroupRules.list()).filter(({ usedInDefaultSg }) => usedInDefaultSg);
}

const isSame = (each: Wanted, rule: Rule): boolean => textOf(each) === textOf(rule);

function textOf(rule: Partial<Rule>): string {
  const {
    direction = '',
    ethertype = '',
    remoteGroupId = 'any',
    remoteIpPrefix = '',
    protocol = 'any',
  } = rule;
  return `${direction} ${ethertype} ${protocol} ${remoteIpPrefix || remoteGroupId} ${rule.portRangeMin ?? ''}`.trim();
}

function ruleDifferences(present: readonly Rule[]): Difference[] {
  const missing = wanted.filter((each) => !present.some((rule) => isSame(each, rule)));
  const extra = present.filter((rule) => !wanted.some((each) => isSame(each, rule)));
  return [
    ...missing.map((each) => ({ what: `default rule ${textOf(each)}`, have: 'absent', want: 'present' })),
    ...extra.map((rule) => ({ what: `default rule ${textOf(rule)}`, have: 'present', want: 'absent' })),
  ];
}
