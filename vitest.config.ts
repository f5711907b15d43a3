// SPDX-License-Identifier: Apache-2.0
// Two projects: unit needs no server and no root; system runs real components, one file after the other.
import { defineConfig } from 'vitest/config';

const systemTests = 'test/**/*.system.test.ts';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts', 'openstack-client-ts/test/**/*.test.ts'],
          exclude: [systemTests, '**/node_modules/**'],
          // The slowest build a workflow bundle or run a linter over the tree, on a machine that is busy.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'system',
          include: [systemTests],
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
