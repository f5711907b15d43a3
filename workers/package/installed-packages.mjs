// SPDX-License-Identifier: Apache-2.0
// The npm packages that some need, with all that those need in turn, as they are installed in a folder. Reads files, nothing else.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Folders below `root`, such as `node_modules/ssh2`, each once and sorted. An optional dependency that is not installed is left out.
 * @param {string} root @param {readonly string[]} names @returns {string[]} @throws Error naming a dependency that is missing
 */
export function installedPackages(root, names) {
  /** @type {Set<string>} */
  const found = new Set();
  /** @param {string} name @param {string} from the folder whose package asks @param {boolean} isOptional */
  const visit = (name, from, isOptional) => {
    const folder = folderOf(root, name, from);
    if (folder === null && isOptional) return;
    if (folder === null)
      throw new Error(`${name}, needed by ${from || 'holdfast'}, is not installed: run npm ci`);
    if (found.has(folder)) return;
    found.add(folder);
    const {
      dependencies = {},
      optionalDependencies = {},
      peerDependencies = {},
    } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    for (const each of Object.keys(dependencies))
      visit(each, folder, Object.hasOwn(optionalDependencies, each));
    for (const each of [...Object.keys(optionalDependencies), ...Object.keys(peerDependencies)])
      visit(each, folder, true);
  };
  for (const name of names) visit(name, '', false);
  return [...found].sort();
}

/** As Node looks for it: beside the package that asks, then above. @param {string} root @param {string} name @param {string} from */
function folderOf(root, name, from) {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at === '.' ? '' : at, 'node_modules', name);
    if (!at.endsWith('node_modules') && existsSync(join(root, folder, 'package.json'))) return folder;
    if (at === '' || at === '.') return null;
  }
}
