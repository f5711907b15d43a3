// SPDX-License-Identifier: Apache-2.0
// All of one box as lines: where it is, who uses it, what it runs and how it stands. Reads nothing.
import type { Amount } from '../../../workflows/contracts/machine/box-state.ts';
import type { BoxDetails } from '../../records/box/box-details.ts';
import { aligned } from '../../terminal/columns.ts';
import { sizeText } from '../../terminal/size-text.ts';
import { agoText } from '../../terminal/time-text.ts';
import { typed } from '../../terminal/settings.ts';
import type { Io } from '../../terminal/io.ts';
import { boxCells, type BoxFacts } from './box-text.ts';

export function boxDetailLines(box: BoxFacts, details: BoxDetails, io: Io): string[] {
  const { users, state } = details;
  const now = io.now();
  return [
    ...aligned([
      ...boxCells(box),
      ...users.map(({ cloud, user, project }, index) => [
        index === 0 ? 'users' : '',
        `${user} of project ${project}: ${cloud}`,
      ]),
      ...(state?.hypervisor == null ? [] : [['hypervisor', hypervisorTexts[state.hypervisor]]]),
      ...certificateCells(details, now),
      ...(details.canary === null ? [] : [['last canary', canaryText(details.canary, now)]]),
      ...stateCells(box.name, details, io),
    ]),
    ...serviceLines(details),
  ];
}

const hypervisorTexts = { kvm: 'KVM', qemu: 'QEMU by emulation, which is slow' } as const;

function certificateCells({ certificates }: BoxDetails, now: number): string[][] {
  const [first] = [...certificates].sort((a, b) => a.notAfter.localeCompare(b.notAfter));
  if (first === undefined) return [];
  return [
    [
      'certificates',
      `${certificates.length}; the first ends ${agoText(first.notAfter, now)} (${first.what})`,
    ],
  ];
}

function canaryText(canary: NonNullable<BoxDetails['canary']>, now: number): string {
  const { result, startedAt, seconds, failedPhase } = canary;
  const where = failedPhase === undefined ? '' : ` at ${failedPhase}`;
  return `${result}${where} after ${seconds} s, ${agoText(startedAt, now)}`;
}

function stateCells(name: string, { state }: BoxDetails, io: Io): string[][] {
  if (state === null) return [];
  if (!state.isOn) return [['power', typed(io, `off; holdfast box start ${name}`)]];
  const { memoryBytes, failedUnits, capacity } = state;
  return [
    ['power', `on${memoryBytes === null ? '' : `, ${sizeText(memoryBytes)} of memory in use`}`],
    ...(capacity === null
      ? []
      : [
          [
            'servers use',
            [
              amountText(capacity.processors, 'processors'),
              amountText(capacity.memoryMebibytes, 'MiB of memory'),
              amountText(capacity.diskGibibytes, 'GiB of disk'),
            ].join(', '),
          ],
        ]),
    ...(failedUnits.length === 0 ? [] : [['failed', failedUnits.join(' ')]]),
  ];
}

const amountText = ({ used, total }: Amount, what: string): string => `${used} of ${total} ${what}`;

function serviceLines({ versions, packages, state }: BoxDetails): string[] {
  if (versions.length === 0) return [];
  const stateOf = (name: string): string =>
    state?.services.find((service) => service.name === name)?.state ?? '';
  return [
    '',
    ...aligned([
      ['SERVICE', 'VERSION', 'STATE'],
      ...versions.map(({ name, version }) => [name, version ?? '', stateOf(name)]),
      ...(state?.isOn === true ? [['haproxy', '', stateOf('haproxy')]] : []),
    ]),
    `${packages} packages of Debian in all`,
  ];
}
