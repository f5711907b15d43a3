#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The program `holdfast`: runs the built command line, or says how to build it. Reads the version without loading it.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = (name) => new URL(`../dist/${name}`, import.meta.url);
const [word, ...others] = process.argv.slice(2);
if (!existsSync(fileURLToPath(built('cli.js')))) {
  process.stderr.write('error: holdfast is not built yet\nnext: npm start, or: npm run build\n');
  process.exitCode = 1;
} else if (others.length === 0 && (word === '--version' || word === '-V') && existsSync(built('version'))) {
  process.stdout.write(`holdfast ${readFileSync(built('version'), 'utf8').trim()}\n`);
} else {
  await import(built('cli.js').href);
}
