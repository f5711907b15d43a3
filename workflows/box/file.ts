// SPDX-License-Identifier: Apache-2.0
// Makes the texts of configuration files. Knows no program; a secret is named, never written.
import type { SecretRef } from '../contracts/box/brands.ts';
import { secretMark } from '../contracts/box/secret-mark.ts';
import type { FileArgs } from '../ports/host.ts';

const heading = '# Written by holdfast; a change by hand is a difference that the next install takes back.\n';

/** A file whose owner is its group too. */
export const file = (path: string, owner: string, mode: string, lines: readonly string[]): FileArgs => ({
  path,
  mode,
  owner,
  group: owner,
  content: `${heading}${lines.join('\n')}\n`,
});

/** A program for a shell. Its first line stays the first. */
export const script = (path: string, mode: string, text: string): FileArgs => ({
  path,
  mode,
  owner: 'root',
  group: 'root',
  content: text.replace('\n', `\n${heading}`),
});

/** One that root owns and a service's group may read: what oslo.config programs expect of files with passwords. */
export const serviceFile = (path: string, group: string, lines: readonly string[]): FileArgs => ({
  path,
  mode: '640',
  owner: 'root',
  group,
  content: `${heading}${lines.join('\n')}\n`,
});

/** A service's rules over its packaged ones. */
export const policyFiles = (service: string, lines: readonly string[]): FileArgs[] =>
  lines.length === 0 ? [] : [serviceFile(`/etc/${service}/policy.d/50-holdfast.yaml`, service, lines)];

export type Section = Readonly<Record<string, string | number | boolean>>;
export type Sections = Readonly<Record<string, Section>>;

/** Sections of an oslo.config file, the owner's values over ours. */
export function ini(ours: Sections, overrides: Sections = {}): string[] {
  const names = [...new Set([...Object.keys(ours), ...Object.keys(overrides)])];
  const lines = names.map((name) => {
    const section = { ...ours[name], ...overrides[name] };
    return [`[${name}]`, ...Object.entries(section).map(([key, value]) => `${key} = ${String(value)}`), ''];
  });
  return lines.flat().slice(0, -1);
}

/** The place of a secret's value in a file's text. */
export const secretIn = (reference: SecretRef): string => secretMark(reference);

/** A drop-in of a packaged unit; `ExecStart` replaces the packaged one. */
export const dropIn = (unit: string, lines: readonly string[]): FileArgs =>
  file(`/etc/systemd/system/${unit}.d/holdfast.conf`, 'root', '644', ['[Service]', ...lines]);
