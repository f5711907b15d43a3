// SPDX-License-Identifier: Apache-2.0
// A flavor as it is wanted. Holds no values.

export interface FlavorArgs {
  readonly name: string;
  readonly vcpus: number;
  readonly ramMebibytes: number;
  readonly diskGigabytes: number;
  readonly extraSpecs: Readonly<Record<string, string>>;
}
