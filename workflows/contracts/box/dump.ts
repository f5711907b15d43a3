// SPDX-License-Identifier: Apache-2.0
// What is known of a dump: `<state>/dumps/<box>/<id>/manifest.json`. Holds no data of it.

export interface DumpManifest {
  /** The nonce of the run that took it. */
  readonly id: string;
  readonly box: string;
  /** ISO instant. */
  readonly takenAt: string;
  readonly databases: readonly {
    readonly database: string;
    readonly bytes: number;
    /** SHA-256, hex. */
    readonly sha256: string;
  }[];
}
