// SPDX-License-Identifier: Apache-2.0
// Types of package-manifest.mjs, for the test.

export declare function packageManifest(root: string): Readonly<Record<string, unknown>> & {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
};
