// SPDX-License-Identifier: Apache-2.0
// The cache that tests share with everyday use: images, packages and tools are built once.
import { homedir } from 'node:os';
import { join } from 'node:path';

export function cacheDirectory(): string {
  return (
    process.env['HOLDFAST_CACHE'] ??
    join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'holdfast')
  );
}
