// SPDX-License-Identifier: Apache-2.0
// Types of installed-packages.mjs, for the test.

/** Folders below `root`, such as `node_modules/ssh2`. */
export function installedPackages(root: string, names: readonly string[]): string[];
