// SPDX-License-Identifier: Apache-2.0
// Boots a local box with real systemd in its own network namespace, and switches it off. Configures no service.
import { join } from 'node:path';
import { dataInside } from '../../workflows/contracts/box/data-folder.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { BoxPort, PowerArgs } from '../../workflows/ports/box.ts';
import { bootCommand, offCommand } from '../hosts/box-commands.ts';
import { recordedImage } from '../hosts/box-image.ts';
import { leaderOf, supervisorOf } from '../hosts/local-box.ts';
import { startTimeOf } from '../hosts/process-start.ts';
import { boxDirectory, leaseDirectory, leaseInside } from '../hosts/places.ts';
import { thisMachine } from '../hosts/transport.ts';
import { writeFileAtomically } from '../clients/state/local-files.ts';
import type { Clients } from '../clients/index.ts';
import { runToSuccess } from '../run-command.ts';
import { applying, observing, settleLiveJobs } from '../step-scope.ts';

type PowerPort = Pick<BoxPort, 'observePower' | 'bootBox' | 'observeOff' | 'powerOff'>;

/** Name of a box's network namespace and of its control group. */
export const namespaceOf = (box: string): string => `holdfast-${box}`;

export function powerActivities({ machine, inside }: Clients): PowerPort {
  return {
    observePower: observing(async (args, scope) => {
      if (scope.context.epoch > 0) await settleLiveJobs(machine(args.box), scope, scope.key);
      const network = await linkDifferences(args);
      if ((await leaderOf(args.box)) === null)
        return [
          {
            what: `box ${args.box}`,
            have: (await recordedImage(args.box)) === null ? 'absent' : 'off',
            want: 'running',
          },
          ...network,
        ];
      // `degraded` is a unit's trouble and that unit's step says so; this step is about the machine.
      const state = (await inside(args.box).run(['systemctl', 'is-system-running'])).stdout.trim();
      const running = ['running', 'degraded'].includes(state);
      return [
        ...(running
          ? []
          : [{ what: `systemd of box ${args.box}`, have: state || 'silent', want: 'running' }]),
        ...network,
      ];
    }),
    bootBox: applying(async (args, scope) => {
      const image = (await recordedImage(args.box)) ?? '';
      await recordSupervisor(args.box);
      const { box, link, address, gateway, prefix, externalNetwork } = args;
      const paths = [boxDirectory(box), `${image}/root`, leaseDirectory(box), leaseInside, dataInside];
      const externalWords = externalNetwork
        ? [externalNetwork.link, externalNetwork.gateway, String(externalNetwork.prefix)]
        : ['', '', ''];
      const network = [namespaceOf(box), link, address, gateway, String(prefix), ...externalWords];
      await runToSuccess(machine(box), scope, {
        argv: bootCommand(box, ...paths, ...network),
      });
      return undefined;
    }),
    observeOff: observing(async ({ box }) => {
      const processes = (await thisMachine.run(['ip', 'netns', 'pids', namespaceOf(box)])).stdout.trim();
      const isOff = (await supervisorOf(box)) === null && processes === '';
      return isOff ? [] : [{ what: `box ${box}`, have: 'running', want: 'off' }];
    }),
    powerOff: applying(async ({ box }, scope) => {
      const argv = offCommand(...(await firstProcesses(box)), namespaceOf(box));
      await runToSuccess(machine(box), scope, { argv });
      return undefined;
    }),
  };
}

/** The script boots what has no live supervisor on record: one that lost its record gets it back first. */
async function recordSupervisor(box: string): Promise<void> {
  const pid = await supervisorOf(box);
  const startTime = pid === null ? null : await startTimeOf(pid);
  if (startTime === null) return;
  await writeFileAtomically(join(boxDirectory(box), 'supervisor'), `${pid} ${startTime}\n`, 0o600);
}

/** Of a box and of its supervisor; 0: none. */
export async function firstProcesses(box: string): Promise<string[]> {
  return [await leaderOf(box), await supervisorOf(box)].map((pid) => String(pid ?? 0));
}

interface LinkInfo {
  readonly operstate?: string;
  readonly addr_info?: readonly { readonly local?: string; readonly prefixlen?: number }[];
}

async function linkDifferences({
  box,
  link,
  address,
  gateway,
  prefix,
  externalNetwork,
}: PowerArgs): Promise<Difference[]> {
  const here = (name: string) => thisMachine.run(['ip', '-j', 'addr', 'show', 'dev', name]);
  const inside = (name: string) =>
    thisMachine.run(['ip', '-n', namespaceOf(box), '-j', 'addr', 'show', 'dev', name]);
  return [
    ...endDifferences(`link ${link}`, await here(link), `${gateway}/${prefix}`),
    ...endDifferences(`link host0 of box ${box}`, await inside('host0'), `${address}/${prefix}`),
    ...(externalNetwork
      ? [
          ...endDifferences(
            `link ${externalNetwork.link}`,
            await here(externalNetwork.link),
            `${externalNetwork.gateway}/${externalNetwork.prefix}`,
          ),
          ...endDifferences(`link ext0 of box ${box}`, await inside('ext0'), null),
        ]
      : []),
  ];
}

function endDifferences(
  what: string,
  shown: { exitCode: number; stdout: string },
  /** Null: none is needed. */
  want: string | null,
): Difference[] {
  if (shown.exitCode !== 0) return [{ what, have: 'absent', want: want ?? 'present' }];
  const [info] = JSON.parse(shown.stdout) as LinkInfo[];
  const addresses = (info?.addr_info ?? []).map((each) => `${each.local ?? ''}/${each.prefixlen ?? ''}`);
  if (want !== null && !addresses.includes(want)) return [{ what, have: addresses[0] ?? 'no address', want }];
  return info?.operstate === 'UP' ? [] : [{ what, have: info?.operstate ?? 'unknown', want: 'UP' }];
}
