// SPDX-License-Identifier: Apache-2.0
// What a person's configuration file says: defaults of the command line. A variable of the environment overrides each.

export interface Configuration {
  /** Absolute path. */
  readonly state?: string;
  /** Absolute path. */
  readonly cache?: string;
  /** Of another Temporal than the embedded one: `HOST:PORT`. */
  readonly address?: string;
  readonly namespace?: string;
  /** `HOST:PORT`, or `off`. */
  readonly metrics?: string;
  readonly watch?: 'on' | 'off';
  readonly color?: 'auto' | 'always' | 'never';
  readonly format?: 'text' | 'wide' | 'json' | 'yaml';
}
