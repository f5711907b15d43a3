// SPDX-License-Identifier: Apache-2.0
// What the state directory knows of authorities: specs and the records of ceremonies. Writes specs, reads no secret.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { authoritySpecFile, type AuthoritySpec } from '../../workflows/contracts/authority/authority-spec.ts';
import {
  authorityName,
  parseAuthoritySpec,
} from '../../workflows/contracts/authority/authority-spec.schema.ts';
import { jsonOrNull } from '../../workflows/contracts/run/json.ts';
import type { CommandContext } from '../command.ts';
import { CliError } from '../terminal/cli-error.ts';

export interface RecordedAuthority {
  readonly spec: AuthoritySpec;
  /** SHA-256 of its file, by which the input of a run names it. */
  readonly digest: string;
}

/** Names of all recorded authorities, sorted. */
async function recordedAuthorities({ io, stateDirectory }: CommandContext): Promise<string[]> {
  return io.listFolders(join(stateDirectory, 'authorities'));
}

export interface RecordedAuthorities {
  readonly specs: readonly AuthoritySpec[];
  /** One for each record that cannot be read. */
  readonly damaged: readonly { readonly name: string; readonly error: CliError }[];
}

/** Of all recorded authorities; one record's damage is that authority's alone. */
export async function recordedAuthoritySpecs(context: CommandContext): Promise<RecordedAuthorities> {
  const specs: AuthoritySpec[] = [];
  const damaged: { name: string; error: CliError }[] = [];
  for (const name of await recordedAuthorities(context)) {
    try {
      specs.push((await requireAuthority(context, name)).spec);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      damaged.push({ name, error });
    }
  }
  return { specs, damaged };
}

/** @idempotent @throws CliError when it cannot be written */
export async function recordAuthority(
  { io, stateDirectory }: CommandContext,
  spec: AuthoritySpec,
): Promise<void> {
  const path = join(stateDirectory, authoritySpecFile(spec.name));
  await io.writePrivate(path, `${JSON.stringify(spec)}\n`).catch((error: unknown) => {
    throw new CliError('failed', `The spec of authority ${spec.name} cannot be recorded at ${path}`, {
      details: [`cause: ${error instanceof Error ? error.message : String(error)}`],
      next: `Run it as the owner of ${stateDirectory}, or name another state directory in HOLDFAST_STATE`,
    });
  });
}

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
