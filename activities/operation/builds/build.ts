// SPDX-License-Identifier: Apache-2.0
// What a build of a table yields, and what most builds read: the recorded spec, the facts of this machine. Builds no table.
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { AuthoritySpec } from '../../../workflows/contracts/authority/authority-spec.ts';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import type { CloudSpec } from '../../../workflows/contracts/cloud/cloud-spec.ts';
import type { MirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.ts';
import type { Parsed } from '../../../workflows/contracts/run/parse.schema.ts';
import type { WantedSpec } from '../../../workflows/contracts/box/wanted-spec.ts';
import type { NotifyTarget } from '../../../workflows/contracts/run/notice.ts';
import type { CompiledStep } from '../../../workflows/contracts/run/table.ts';
import type { InputOf } from '../../../workflows/operations/inputs.schema.ts';
import type { Slug } from '../../../workflows/operations/index.ts';
import { publicPortsOf, type InstallFacts } from '../../../workflows/box/plan.ts';
import type { Clients } from '../../clients/index.ts';
import { profiles } from '../../../profiles/index.ts';
import { debianSources } from '../../clients/machine/debian-sources.ts';
import { requireRevision, siteSources } from '../../clients/machine/site-sources.ts';
import { recordedSpec as readSpec } from '../../clients/state/recorded-specs.ts';
import { invalid } from '../inputs.ts';
import { unrecorded } from './recorded-subject.ts';
import { issuingAuthority } from './issuing-authority.ts';

/** Users of one cloud that may fail for the same cause. @source two: what stops one user is its own; what stops the next one as well stops all, and each try costs Keystone a login */
export const equalFailuresMax = 2;

export interface Built {
  readonly subject: string;
  readonly steps: CompiledStep[];
  readonly scheduled?: boolean;
  readonly whenDiffers?: 'notify';
  /** The lease that is held, or read by a run that only looks. */
  readonly lease: string | null;
  readonly takeOver: boolean;
  /** See CompiledTable. */
  readonly correctedBy?: string;
  /** Who asked, as claimed: approves no gate of the run. */
  readonly requestedBy?: string;
  /** What attaching compares: the parsed input without the means of getting in. */
  readonly input: unknown;
  readonly notify?: NotifyTarget | undefined;
  /** How many steps run side by side; default: see compile.ts. */
  readonly limit?: number;
  /** See CompiledTable. */
  readonly tripAfter?: number;
}

/** Makes the table of an operation from its parsed input. */
export type Build<Input> = (
  input: Input,
  stateDirectory: string,
  surroundings: Surroundings,
) => Promise<Built>;

/** What a build is told of the worker's environment. */
export type Surroundings = Pick<Clients, 'pip'>;

/** The builds of some operations, by their slugs. */
export type Builds<S extends Slug> = { readonly [Each in S]: Build<InputOf<Each>> };

/** 16 hex digits of SHA-256. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** @throws ApplicationFailure InvalidInput */
export function accept<T>(parsed: Parsed<T>): T {
  if (!parsed.ok) throw invalid(parsed.issues);
  return parsed.value;
}

/** @throws ApplicationFailure InvalidInput when no such box is recorded */
export async function recordedSpec(stateDirectory: string, name: string): Promise<BoxSpec> {
  const recorded = await readSpec(stateDirectory, name);
  if (recorded !== null) return recorded;
  throw unrecorded('box', name);
}

/** The facts of this machine that a table of a box is made of. @throws ApplicationFailure InvalidInput without Debian sources, or with an authority that cannot certify the box */
export async function factsOf(spec: BoxSpec, stateDirectory: string): Promise<InstallFacts> {
  const profile = profiles[spec.release];
  const sources = await sourcesOf(spec, stateDirectory, profile.suite);
  if (sources === null) {
    throw invalid([
      { path: 'debian.mirror', message: 'This machine has no Debian sources of its own: name a mirror' },
    ]);
  }
  // A local box shares the processors of the machine that its worker runs on.
  const facts = { profile, processors: availableParallelism(), sources, digest };
  const authority = await issuingAuthority(spec, stateDirectory);
  return authority === null ? facts : { ...facts, authority };
}

/** Of a build that fetches packages: a box is compared and dumped whatever its site publishes. @throws Failure PreconditionFailed */
export async function requireNamedRevision({ debian }: BoxSpec, stateDirectory: string): Promise<void> {
  if (debian !== undefined && 'site' in debian) await requireRevision(stateDirectory, debian);
}

/** A box that names a site has its packages from there alone. */
function sourcesOf(
  { debian }: BoxSpec,
  stateDirectory: string,
  suite: string,
): Promise<InstallFacts['sources'] | null> {
  if (debian !== undefined && 'site' in debian) return siteSources(stateDirectory, debian, suite);
  return debianSources(suite, debian);
}

/** Ports of the APIs that a box of the spec serves to everybody. */
export const publicPortsOfSpec = (spec: BoxSpec): number[] =>
  publicPortsOf({ spec, profile: profiles[spec.release] });

/** What the kind of a spec says of its subject. */
const kindsOfSpecs = {
  Box: 'box',
  Mirror: 'site',
  Authority: 'authority',
  Cloud: 'cloud',
} as const;

/** The table names the spec that says who is told, and not the command itself. */
export function toldOf(
  { kind, name, notify }: Pick<BoxSpec | MirrorSpec | AuthoritySpec | CloudSpec, 'kind' | 'name' | 'notify'>,
  wanted?: Pick<WantedSpec, 'specDigest'>,
): NotifyTarget | undefined {
  if (notify === undefined) return undefined;
  const subject = { kind: kindsOfSpecs[kind], name };
  return wanted === undefined ? { subject } : { subject, specDigest: wanted.specDigest };
}
