// SPDX-License-Identifier: Apache-2.0
// Whether packets for a box get to it: routes of this machine, and firewalls between it and other machines. Changes no rule.
import { asStepFailure } from '../../../activities/clients/failure.ts';
import { recordedSpec } from '../../../activities/clients/state/recorded-specs.ts';
import { foreignRoutes } from '../../../activities/hosts/foreign-routes.ts';
import { leaderOf } from '../../../activities/hosts/local-box.ts';
import { digest, publicPortsOfSpec } from '../../../activities/operation/builds/build.ts';
import { outsideDifferences } from '../../../activities/reach/outside.ts';
import { linkName, externalLinkName } from '../../../workflows/box/plan.ts';
import { externalCidrOf, type BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import type { SuperviseSettings } from '../../embedded/supervise-settings.ts';
import type { Finding } from './finding.ts';

/** Of boxes that stand on this machine and are recorded in the state directory. */
export async function wayFindings(
  { stateDirectory }: SuperviseSettings,
  boxes: readonly string[],
): Promise<Finding[]> {
  const findings = boxes.map(async (box) => {
    // A record that cannot be read is a finding of its own.
    const spec = await recordedSpec(stateDirectory, box).catch(() => null);
    return spec === null ? [] : [...(await routeFindings(spec)), ...(await outsideFindings(spec))];
  });
  return (await Promise.all(findings)).flat();
}

async function routeFindings(spec: BoxSpec): Promise<Finding[]> {
  const what = `routes to box ${spec.name}`;
  const mark = digest(spec.name);
  const externalNetwork = externalCidrOf(spec);
  const ways = [
    [spec.networks.management.cidr, linkName(mark)],
    ...(externalNetwork === null ? [] : [[externalNetwork, externalLinkName(mark)]]),
  ] as const;
  return caught(what, async () => {
    const routes = await Promise.all(ways.map(([cidr = '', link = '']) => foreignRoutes(cidr, link)));
    return routes.flat().map(({ dst, via, table }) => ({
      level: 'wrong',
      what,
      found: `${dst} leads to ${via} (table ${table})`,
      next: `ip route del ${dst} table ${table}`,
    }));
  });
}

async function outsideFindings(spec: BoxSpec): Promise<Finding[]> {
  const { name, access, networks } = spec;
  const { address } = access;
  const target = networks.management.address;
  if (address === undefined || address === target || (await leaderOf(name)) === null) return [];
  const ports = publicPortsOfSpec(spec);
  const what = `way of other machines to box ${name}`;
  return caught(what, async () =>
    (await outsideDifferences({ box: name, address, target, ports })).map(({ what: which, have, want }) => ({
      level: 'wrong',
      what,
      found: `${which}: ${have}`,
      next: want,
    })),
  );
}

async function caught(what: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    const { message, cause, hint } = asStepFailure(error, what);
    return [{ level: 'wrong', what, found: [message, cause].filter(Boolean).join(': '), next: hint }];
  }
}
