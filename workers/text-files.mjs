// SPDX-License-Identifier: Apache-2.0
// Which files a program may import as their text: scripts, packages that are laid into a box, programs that are compiled here,
// certificates that are known beforehand.

/** For esbuild. @type {Record<string, 'text'>} */
export const textLoader = { '.sh': 'text', '.py': 'text', '.go': 'text', '.txt': 'text', '.pem': 'text' };

/** @param {string} path */
export const isTextFile = (path) => Object.keys(textLoader).some((ending) => path.endsWith(ending));
