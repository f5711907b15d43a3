// SPDX-License-Identifier: Apache-2.0
// What the state directory knows of authorities: specs and the records of ceremonies. Writes specs, reads no secret.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { authoritySpecFile, type AuthoritySpec } from '../../workflows/contracts/authority/authority-spec.ts';
import {
  authorityName,
  parseAuthoritySpec,
} from '../../workflows/contracts/authority/authority-spec.schema.ts';
import { destroyedAuthorities } from '../../workflows/contracts/authority/server.ts';
import { jsonOrNull } from '../../workflows/contracts/run/json.ts';
import type { CommandContext } from '../command.ts';
import { CliError } from '../terminal/cli-error.ts';
import { allRecorded, writeSpec, type Recorded } from './recorded.ts';

export interface RecordedAuthority {
  readonly spec: AuthoritySpec;
  /** SHA-256 of its file, by which the input of a run names it. */
  readonly digest: string;
}

/** Names of all recorded authorities, sorted. */
async function recordedAuthorities({ io, stateDirectory }: CommandContext): Promise<string[]> {
  return io.listFolders(join(stateDirectory, 'authorities'));
}

export type RecordedAuthorities = Recorded<AuthoritySpec>;

/** Of all recorded authorities. */
export async function recordedAuthoritySpecs(context: CommandContext): Promise<RecordedAuthorities> {
  const names = await recordedAuthorities(context);
  return allRecorded(names, async (name) => (await requireAuthority(context, name)).spec);
}

/** @idempotent @throws CliError when it cannot be written */
export const recordAuthority = (context: CommandContext, spec: AuthoritySpec): Promise<void> =>
  writeSpec(
    context,
    join(context.stateDirectory, authoritySpecFile(spec.name)),
    `authority ${spec.name}`,
    spec,
  );

/** @throws CliError (exit 2) naming the authorities that are there; (exit 1) for a record that cannot be read */
export async function requireAuthority(context: CommandContext, name: string): Promise<RecordedAuthority> {
  const { io, stateDirectory } = context;
  const isName = authorityName.safeParse(name).success;
  const path = join(stateDirectory, authoritySpecFile(name));
  const text = isName ? await io.readText(path) : null;
  if (text === null) {
    const known = await recordedAuthorities(context);
    throw new CliError('usage', `There is no authority ${name} in ${stateDirectory}`, {
      details: [
        known.length === 0 ? 'no authority is recorded there' : `recorded there: ${known.join(', ')}`,
      ],
      next: 'holdfast ca record FILE',
    });
  }
  const parsed = parseAuthoritySpec(jsonOrNull(text));
  if (parsed.ok) return { spec: parsed.value, digest: createHash('sha256').update(text).digest('hex') };
  throw new CliError('failed', `The recorded spec ${path} cannot be read`, {
    details: parsed.issues.map((issue) => `${issue.path}: ${issue.message}`),
    next: 'holdfast ca record FILE',
  });
}

/** The folder of the latest authority that was destroyed here with this root; null while one of the name is recorded. */
export async function destroyedBefore(
  { io, stateDirectory }: CommandContext,
  name: string,
  fingerprint: string,
): Promise<string | null> {
  if ((await io.readText(join(stateDirectory, authoritySpecFile(name)))) !== null) return null;
  const folder = join(stateDirectory, destroyedAuthorities);
  for (const each of (await io.listFolders(folder)).sort().reverse()) {
    const text = await io.readText(join(folder, each, 'spec.json'));
    const spec = parseAuthoritySpec(jsonOrNull(text ?? ''));
    if (spec.ok && spec.value.root.fingerprint === fingerprint) return join(folder, each);
  }
  return null;
}
