// SPDX-License-Identifier: Apache-2.0
// Orders test files so that processors are busy from the first to the last: with a few at once, the last to begin must not be the longest.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * In the order in which they begin: two that keep a processor busy beside one that waits for most of its time, and of those
 * that are busy the longest first. Together at the start they would keep each other waiting, and at the end processors
 * would be idle. Who has the shared cloud alone comes after those who share it, and the longer of them not near the end,
 * where nobody would be left beside it.
 * @source the times of a run of three at once on 2 cores
 */
const order = [
  'cloud.system',
  'keystone.system',
  'guests',
  'debian-12',
  'sabotage',
  'openstack-clients',
  'keystone-client',
  'database-lock',
  'migrate-nova',
  'whole-box',
  'least-box',
  'migrate-database',
  'bad-days',
  'interruptions',
  'backup',
  'guest-image',
];

/** Each step of theirs has seconds: they come last, when the checks of the sources and the unit tests are over. */
const last = ['supervise', 'other-users', 'temporal-server', 'docker-compose-temporal'];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const isIn = (name: string): boolean => moduleId.includes(`/${name}`);
      if (last.some(isIn)) return order.length + 1;
      const found = order.findIndex(isIn);
      return found < 0 ? order.length : found;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
