// SPDX-License-Identifier: Apache-2.0
// All that is known of one box beyond its place and phase: its users, certificates, versions, last canary, and how it stands now.
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import type { BoxState } from '../../../workflows/contracts/machine/box-state.ts';
import type { Expiry } from '../../../workflows/contracts/box/evidence.ts';
import { testCloudOf, type CanaryRun } from '../../../workflows/contracts/canary/canary.ts';
import { parseSamples } from '../../../workflows/contracts/canary/canary.schema.ts';
import type { CommandContext } from '../../command.ts';
import { askMachine } from '../../local/machine.ts';
import { CliError } from '../../terminal/cli-error.ts';
import type { BoxFacts } from '../../views/text/box-text.ts';
import { evidenceOf } from '../box-records.ts';

/** Who logs in by an entry of the access files. */
interface CloudUser {
  readonly cloud: string;
  readonly user: string;
  readonly project: string;
}

export interface BoxDetails {
  readonly users: readonly CloudUser[];
  /** As the last install that ended well recorded them. */
  readonly certificates: readonly Expiry[];
  readonly versions: readonly { readonly name: string; readonly version?: string }[];
  readonly packages: number;
  /** The last canary run of its test user; null: none is kept. */
  readonly canary: Pick<CanaryRun, 'result' | 'startedAt' | 'seconds' | 'failedPhase'> | null;
  /** Null when this user cannot look at it. */
  readonly state: BoxState | null;
}

export async function detailsOf(
  context: CommandContext,
  spec: BoxSpec,
  { access }: BoxFacts,
): Promise<BoxDetails> {
  const { io } = context;
  const { name } = spec;
  const [evidence, canary, users] = await Promise.all([
    evidenceOf(context, name),
    lastCanary(context, testCloudOf(name)),
    access === null ? [] : io.readText(access.cloudsYaml).then((text) => usersIn(text ?? '')),
  ]);
  const versions = evidence?.services ?? [];
  const request = {
    box: name,
    // In front of all of them, and no package of OpenStack.
    services: [...versions.map((service) => service.name), 'haproxy'],
    cloud: spec.services.includes('compute') ? (access?.clouds[0] ?? null) : null,
  };
  const state = await askMachine<BoxState>(io, ['state', JSON.stringify(request)]).catch((error: unknown) => {
    if (!(error instanceof CliError)) throw error;
    io.stderr.write(`How box ${name} stands is unknown: ${error.message}\n`);
    return null;
  });
  return {
    users,
    certificates: evidence?.expiries ?? [],
    versions,
    packages: evidence?.packages.length ?? 0,
    canary,
    state,
  };
}

async function lastCanary(
  { io, stateDirectory }: CommandContext,
  cloud: string,
): Promise<BoxDetails['canary']> {
  const text = await io.readText(join(stateDirectory, 'canaries', `${cloud}.ndjson`));
  const last = parseSamples(text ?? '').at(-1);
  if (last === undefined) return null;
  const { result, startedAt, seconds, failedPhase } = last;
  return { result, startedAt, seconds, ...(failedPhase !== undefined && { failedPhase }) };
}

/** Of the entries that name a user; none of what is no YAML: who reads the clouds has refused it. */
function usersIn(text: string): CloudUser[] {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  const { clouds } = (document.errors.length > 0 ? {} : (document.toJS() ?? {})) as { clouds?: unknown };
  return Object.entries((clouds ?? {}) as Record<string, { auth?: Record<string, unknown> } | null>).flatMap(
    ([cloud, entry]) => {
      const { username, project_name: project } = entry?.auth ?? {};
      return typeof username === 'string' && typeof project === 'string'
        ? [{ cloud, user: username, project }]
        : [];
    },
  );
}
