// SPDX-License-Identifier: Apache-2.0
// Packages of a Debian source, added and removed by their names. Pure.
import type { DebSource } from '../mirror-spec.ts';
import type { Items } from './items.ts';

export const debItems: Items<DebSource> = {
  what: 'package',
  form: 'the name of a Debian package, such as curl',
  sourcesOf: ({ deb }) => deb,
  nameOf: (item) => (/^[a-z0-9][a-z0-9+.-]+$/.test(item) ? item : null),
  list: ({ packages }) => new Map(packages.map((name) => [name, name])),
  add: (source, item) =>
    source.packages.includes(item) ? source : { ...source, packages: [...source.packages, item] },
  remove: (source, item) => {
    const packages = source.packages.filter((name) => name !== item);
    return packages.length === 0 && (source.boxes ?? []).length === 0 ? null : { ...source, packages };
  },
  // Its suites cannot be guessed.
  first: () => null,
};
