// SPDX-License-Identifier: Apache-2.0
// The package.json of the package that `npm run package` makes. Writes no file.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ofWorkers, optional } from './external-packages.mjs';

/**
 * Exactly the versions that the tests ran with, and nothing that a program bundles.
 * @param {string} root @returns {Record<string, unknown> & Record<'dependencies' | 'optionalDependencies', Record<string, string>>}
 */
export function packageManifest(root) {
  /** @param {string[]} path */
  const read = (...path) => JSON.parse(readFileSync(join(root, ...path), 'utf8'));
  const { name, version, description, license, type, engines, bin, dependencies } = read('package.json');
  const external = Object.keys(dependencies).filter((each) =>
    ofWorkers.some((pattern) => each === pattern || each.startsWith(pattern.replace(/\*$/, ''))),
  );
  /** @param {string[]} names */
  const pinned = (names) =>
    Object.fromEntries(names.map((each) => [each, read('node_modules', each, 'package.json').version]));
  return {
    name,
    version,
    description,
    license,
    type,
    engines,
    bin,
    dependencies: pinned(external.filter((each) => !optional.includes(each))),
    optionalDependencies: pinned(optional),
  };
}
