// SPDX-License-Identifier: Apache-2.0
// Makes default security groups begin as the standard's: all may leave, only the same group may enter. Opens no way in.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { DefaultRulesArgs, SeedsPort } from '../../workflows/ports/cloud/seeds.ts';
import { withCloud, type OpenStackClient } from '../clients/openstack/cloud.ts';
import { Failure } from '../clients/failure.ts';
import type { Clients } from '../clients/index.ts';
import { adminLogin, silentWithoutAdmin } from '../clients/openstack/admin-login.ts';
import { applying, observing } from '../step-scope.ts';
import { projectIdOf } from './projects.ts';

type Rule = Awaited<ReturnType<OpenStackClient['network']['securityGroupRules']['list']>>[number];
type Traffic = Omit<Rule, 'securityGroupId' | 'projectId'>;

/** @source SCS-0115: no ingress but from the same group, egress over IPv4 and IPv6 */
const wanted = (['IPv4', 'IPv6'] as const).flatMap((ethertype) => [
  { direction: 'egress', ethertype } as const,
  // `PARENT` is Neutron's word for the group that the rule will stand in.
  { direction: 'ingress', ethertype, remoteGroupId: 'PARENT' } as const,
]);

type Wanted = (typeof wanted)[number];

/** Rules that can be read and changed one by one; the group that they stand in is called `PARENT`. */
interface RuleBook {
  readonly present: readonly Traffic[];
  readonly create: (rule: Wanted) => Promise<unknown>;
  /** Null where what else stands there belongs to others. */
  readonly delete: ((id: string) => Promise<unknown>) | null;
}

export function defaultRuleActivities(
  clients: Clients,
): Pick<SeedsPort, 'observeDefaultRules' | 'ensureDefaultRules'> {
  return {
    observeDefaultRules: observing(async (args) => {
      const login = await adminLogin(clients.secrets, args);
      const read = (client: OpenStackClient) => bookOf(client, args);
      return ruleDifferences(await withCloud(login, read).catch(silentWithoutAdmin(args)));
    }),
    ensureDefaultRules: applying(async (args) => {
      const login = await adminLogin(clients.secrets, args);
      return withCloud(login, async (client) => {
        const book = await bookOf(client, args);
        for (const rule of extraIn(book)) await book.delete?.(rule.id);
        for (const each of missingIn(book)) await book.create(each);
        return undefined;
      });
    }),
  };
}

const bookOf = (client: OpenStackClient, { owner }: DefaultRulesArgs): Promise<RuleBook> =>
  owner === undefined ? templateOf(client) : groupOf(client, owner);

/** What the default groups of new projects are made from. */
async function templateOf({ network }: OpenStackClient): Promise<RuleBook> {
  const rules = network.defaultSecurityGroupRules;
  return {
    present: (await rules.list()).filter(({ usedInDefaultSg }) => usedInDefaultSg),
    create: (rule) =>
      rules.create({ ...rule, usedInDefaultSg: true, usedInNonDefaultSg: rule.direction === 'egress' }),
    delete: (id) => rules.delete(id),
  };
}

/** The default group of one project, which Neutron makes when it is first looked at. */
async function groupOf(
  client: OpenStackClient,
  owner: NonNullable<DefaultRulesArgs['owner']>,
): Promise<RuleBook> {
  const { securityGroups, securityGroupRules: rules } = client.network;
  const projectId = await projectIdOf(client, owner);
  const group = await securityGroups.find({ name: 'default', projectId });
  if (group === undefined)
    throw new Failure('Unreachable', `Project ${owner.project} has no default group yet`, { on: 'Neutron' });
  const securityGroupId = group.id;
  const called = (id: string | undefined) => (id === securityGroupId ? 'PARENT' : id);
  const present = await rules.list({ securityGroupId });
  return {
    present: present.map((rule) => ({ ...rule, remoteGroupId: called(rule.remoteGroupId) })),
    create: ({ direction, ethertype }) =>
      rules.create({
        direction,
        ethertype,
        securityGroupId,
        ...(direction === 'ingress' && { remoteGroupId: securityGroupId }),
      }),
    // What its people opened by themselves stays open.
    delete: null,
  };
}

const isSame = (each: Wanted, rule: Traffic): boolean => textOf(each) === textOf(rule);

function textOf(rule: Partial<Traffic>): string {
  const {
    direction = '',
    ethertype = '',
    remoteGroupId = 'any',
    remoteIpPrefix = '',
    protocol = 'any',
  } = rule;
  return `${direction} ${ethertype} ${protocol} ${remoteIpPrefix || remoteGroupId} ${rule.portRangeMin ?? ''}`.trim();
}

const missingIn = ({ present }: RuleBook): Wanted[] =>
  wanted.filter((each) => !present.some((rule) => isSame(each, rule)));

const extraIn = ({ present, delete: remove }: RuleBook): Traffic[] =>
  remove === null ? [] : present.filter((rule) => !wanted.some((each) => isSame(each, rule)));

const ruleDifferences = (book: RuleBook): Difference[] => [
  ...missingIn(book).map((each) => ({
    what: `default rule ${textOf(each)}`,
    have: 'absent',
    want: 'present',
  })),
  ...extraIn(book).map((rule) => ({
    what: `default rule ${textOf(rule)}`,
    have: 'present',
    want: 'absent',
  })),
];
