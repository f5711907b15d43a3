// SPDX-License-Identifier: Apache-2.0
// Three projects: unit needs no server and no root; system is the short tier on real components; proofs take hours together.
import { defineConfig } from 'vitest/config';
import { textFiles } from './test/text-files.ts';
import { LongestFirst } from './test/longest-first.ts';

const systemTests = 'test/**/*.system.test.ts';
const proofs = 'test/proofs/**/*.proof.test.ts';

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        plugins: [textFiles],
        test: {
          name: 'unit',
          globalSetup: 'test/temporary-folder.ts',
          include: ['test/**/*.test.ts', 'openstack-client-ts/test/**/*.test.ts'],
          exclude: [systemTests, proofs, '**/node_modules/**'],
          // Most of their time was reading the same modules again; each file ends with what it changed put back.
          isolate: false,
          // Times for people are local: a snapshot holds those of one zone.
          env: { TZ: 'UTC' },
          // The slowest build a workflow bundle or run a linter over the tree, on a machine that is busy.
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        plugins: [textFiles],
        test: {
          name: 'system',
          include: [systemTests],
          globalSetup: 'test/system/prepare.ts',
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      {
        plugins: [textFiles],
        test: {
          name: 'proofs',
          include: [proofs],
          globalSetup: 'test/proofs/runner/warm-up.ts',
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
