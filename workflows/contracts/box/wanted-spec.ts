// SPDX-License-Identifier: Apache-2.0
// Where the command line records the spec that a run is to work by; the run's input only names it. Reads no file.

/** A recorded spec by the box it is of and the SHA-256 of its file. */
export interface WantedSpec {
  readonly name: string;
  /** 64 hexadecimal digits. */
  readonly specDigest: string;
}

/** Below the state directory. One file for each spec, so that two runs never take each other's away. */
export const wantedSpecFile = ({ name, specDigest }: WantedSpec): string =>
  `boxes/${name}/wanted/${specDigest}.json`;
