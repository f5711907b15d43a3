// SPDX-License-Identifier: Apache-2.0
// Where everything of a box is, and what to try next. Reads nothing.
import type { BoxAccess } from '../../records/box-records.ts';
import { aligned } from '../../terminal/columns.ts';

export interface BoxFacts {
  readonly name: string;
  readonly phase: string;
  readonly address: string;
  /** The network of floating IPs, in CIDR notation; null: servers hold no guest. */
  readonly floatingIps: string | null;
  /** Where a browser opens it; null: the box has none. */
  readonly dashboard: string | null;
  readonly access: BoxAccess | null;
  readonly services: readonly string[];
  readonly release: string;
}

/** A row each: what, and its value. */
export function boxCells(box: BoxFacts): string[][] {
  const { name, phase, release, services, address, floatingIps, dashboard, access } = box;
  const files = access === null ? [['access', 'not written yet']] : accessCells(access);
  return [
    ['name', name],
    ['phase', phase],
    ['release', release],
    ['services', services.join(' ')],
    ['address', address],
    ...(floatingIps === null ? [] : [['floating IPs', floatingIps]]),
    ...dashboardCells(dashboard),
    ...files,
  ];
}

/** Printed when an install ends well. */
export function installedLines(box: BoxFacts, programName: string, uiUrl: string | undefined): string[] {
  const { name, address, dashboard, access, services } = box;
  const cloud = access?.clouds[0] ?? `${name}-admin`;
  return [
    '',
    `Box ${name} answers at ${address}`,
    ...aligned([
      ...dashboardCells(dashboard),
      ...(access === null ? [] : accessCells(access)),
      ...(uiUrl === undefined ? [] : [['history', uiUrl]]),
    ]).map((line) => `  ${line}`),
    '',
    'Try next:',
    `  eval "$(${programName} box env ${name})"`,
    `  openstack --os-cloud ${cloud} token issue`,
    ...(services.includes('compute') && access?.clouds.includes(`${name}-test`) === true
      ? [`  openstack --os-cloud ${name}-test server list`]
      : []),
    `  ${programName} box drift ${name}`,
    `  ${programName} schedule apply`,
  ];
}

const dashboardCells = (url: string | null): string[][] => (url === null ? [] : [['dashboard', url]]);

function accessCells(access: BoxAccess): string[][] {
  return [
    ['clouds', access.clouds.join(' ')],
    ['clouds.yaml', access.cloudsYaml],
    ['CA', access.caFile],
  ];
}
