// SPDX-License-Identifier: Apache-2.0
// Types of debian-control.mjs, for the test.

/** Program → Debian package, needed to make boxes. */
export const boxPrograms: Readonly<Record<string, string>>;

export interface ControlFacts {
  readonly version: string;
  readonly architecture: string;
  readonly sizeKibibytes: number;
  readonly description: string;
}

export function debianVersion(version: string, commit: string): string;
export function controlText(facts: ControlFacts): string;
