// SPDX-License-Identifier: Apache-2.0
// Orders test files so that the longest begin first: with a few at once, the last to begin must not be the longest.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Longest first, but whole clouds one after another: three that start at once on two cores keep each other waiting.
 * Who needs the shared cloud alone comes after those who share it.
 * @source the times of a run on 2 cores
 */
const longest = [
  ...['guests', 'whole-box', 'sabotage', 'debian-12', 'openstack-clients', 'keystone-client', 'migrate-nova'],
  ...['bad-days', 'lease.system', 'interruptions', 'secrets'],
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const found = longest.findIndex((name) => moduleId.includes(`/${name}`));
      return found < 0 ? longest.length : found;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
