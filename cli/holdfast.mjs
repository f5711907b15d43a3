#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The program `holdfast`: runs the built command line, or says how to build it.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = new URL('../dist/cli.js', import.meta.url);
if (existsSync(fileURLToPath(program))) {
  await import(program.href);
} else {
  process.stderr.write('error: holdfast is not built yet\nnext: npm start, or: npm run build\n');
  process.exitCode = 1;
}
