// SPDX-License-Identifier: Apache-2.0
// Boxes that are no cloud: a mirror or an authority serves from them, and their records are of those. Parses none.
import { join } from 'node:path';
import { authoritySpecFile } from '../../workflows/contracts/authority/authority-spec.ts';
import { authorityOf } from '../../workflows/contracts/authority/server.ts';
import { mirrorSpecFile } from '../../workflows/contracts/mirror/mirror-spec.ts';
import type { CommandContext } from '../command.ts';

/** True for the box of a mirror or an authority that is recorded. `name`: as a box may be called. */
export async function isServingBox({ io, stateDirectory }: CommandContext, name: string): Promise<boolean> {
  const authority = authorityOf(name);
  const files = [mirrorSpecFile(name), ...(authority === null ? [] : [authoritySpecFile(authority)])];
  const texts = await Promise.all(files.map((file) => io.readText(join(stateDirectory, file))));
  return texts.some((text) => text !== null);
}
