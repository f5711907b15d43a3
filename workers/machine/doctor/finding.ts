// SPDX-License-Identifier: Apache-2.0
// One answer of the doctor. Holds no check.

export interface Finding {
  /** `note`: nothing is broken, but a person may want to know. */
  readonly level: 'ok' | 'note' | 'wrong';
  readonly what: string;
  readonly found: string;
  /** The next command, or what to do where no command does it. */
  readonly next?: string;
}
