// SPDX-License-Identifier: Apache-2.0
// Records in the spec of a mirror which hosts a person allows or refuses before a refresh publishes.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  allowedOf,
  allowing,
  decisionWaitSeconds,
  openHosts,
  refusing,
} from '../../../workflows/contracts/mirror/proxy/decision.ts';
import { isAllowedBy, type AskedDestination } from '../../../workflows/contracts/mirror/proxy/access-log.ts';
import type { MirrorProxy, MirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { DecisionArgs, ProxyArgs } from '../../../workflows/ports/mirror/proxy.ts';
import { Failure } from '../../clients/failure.ts';
import { judgedMirror, recordedMirror } from '../../clients/state/recorded-mirrors.ts';
import { replaceSpec, specDigestOf } from '../../clients/state/replace-spec.ts';
import type { StepScope } from '../../step-scope.ts';
import { replacementOf } from '../record.ts';
import { runFolder, type Site } from '../site.ts';
import { asked, wordsOf } from './audit.ts';

/** A spec that is recorded, with its proxy. */
interface Recorded {
  readonly spec: MirrorSpec;
  readonly proxy: MirrorProxy;
}

/** Nothing differs any more once the time is over: the next step ends the run then. `now`: milliseconds since 1970. */
export async function decisionDifferences(
  stateDirectory: string,
  site: Site,
  scope: StepScope,
  now: number,
): Promise<Difference[]> {
  const since = await revisionSeconds(site, scope);
  if (now / 1000 > since + decisionWaitSeconds) return [];
  const open = await openOf(await recorded(stateDirectory, site.box), site, scope);
  return differencesOf(open, 'let through or refused by a person');
}

export async function decidedDifferences(
  stateDirectory: string,
  site: Site,
  scope: StepScope,
): Promise<Difference[]> {
  const want = `a decision within ${decisionWaitSeconds / 86_400} days: holdfast mirrors allow ${site.box} HOST, or holdfast mirrors refuse ${site.box} HOST, then holdfast mirrors refresh ${site.box}`;
  return differencesOf(await openOf(await recorded(stateDirectory, site.box), site, scope), want);
}

/** Idempotent. @throws Failure Rejected for a host that nobody asked for, and for lists that a spec cannot have */
export async function recordDecision(stateDirectory: string, site: Site, scope: StepScope): Promise<string> {
  const known = await recorded(stateDirectory, site.box);
  const { spec, proxy } = known;
  const open = [...(await openOf(known, site, scope)).keys()];
  const allowed = allowedOf(scope.context.answer?.data ?? {});
  const isKnown = (host: string): boolean =>
    open.some(isAllowedBy([host])) || isAllowedBy(proxy.allow)(host.replace(/^\./, ''));
  const strange = allowed.filter((host) => !isKnown(host));
  if (strange.length > 0)
    throw new Failure('Rejected', `Nobody asked for ${strange.join(', ')}`, {
      on: site.box,
      cause: `undecided: ${open.join(', ') || 'none'}; nothing was recorded`,
      hint: `Answer again with hosts of that list, or holdfast mirrors allow ${site.box} HOST`,
    });
  const refused = open.filter((host) => !isAllowedBy(allowed)(host));
  const decided = refused.reduce(refusing, allowed.reduce(allowing, proxy));
  const judged = judgedMirror({ ...spec, proxy: decided });
  if (!judged.ok)
    throw new Failure('Rejected', `The spec of ${site.box} cannot have these hosts`, {
      on: site.box,
      cause: judged.issues.map(({ path, message }) => `${path}: ${message}`).join('; '),
      hint: `Shorten allow or refuse under proxy in its file, then holdfast mirrors install FILE, and answer again`,
    });
  await replaceSpec(replacementOf(stateDirectory, { spec: judged.value, base: specDigestOf(spec) }));
  return `allowed: ${allowed.join(', ') || 'none'}; refused: ${refused.join(', ') || 'none'}`;
}

/** @throws Failure PreconditionFailed when the mirror has no proxy any more */
export async function recordedProxyArgs(
  stateDirectory: string,
  { address, ...args }: DecisionArgs,
): Promise<ProxyArgs> {
  const { proxy } = await recorded(stateDirectory, args.box);
  return { ...args, allow: [address, ...proxy.allow] };
}

async function recorded(stateDirectory: string, box: string): Promise<Recorded> {
  const spec = await recordedMirror(stateDirectory, box);
  if (spec?.proxy !== undefined) return { spec, proxy: spec.proxy };
  throw new Failure('PreconditionFailed', `The mirror ${box} has no proxy any more`, {
    on: box,
    hint: `Refresh it again: holdfast mirrors refresh ${box}`,
  });
}

/** Those of before the revision of the run: what is asked for later is for the next refresh, so that answers fit what was shown. */
async function openOf(
  { spec, proxy }: Recorded,
  site: Site,
  scope: StepScope,
): Promise<ReadonlyMap<string, readonly AskedDestination[]>> {
  const lists = { ...proxy, allow: [spec.network.address, ...proxy.allow] };
  return openHosts(await asked(site, lists, await revisionSeconds(site, scope)), lists);
}

/** When the run noted its revision, in seconds since 1970. @throws Failure PreconditionFailed before that */
async function revisionSeconds(site: Site, { context }: StepScope): Promise<number> {
  const path = join(runFolder(site, context), 'revision');
  const found = await stat(path).catch((cause: unknown) => {
    throw new Failure('PreconditionFailed', `The run ${context.nonce} has no revision yet`, {
      on: path,
      cause,
      hint: 'Start the refresh again: what it depends on was removed',
    });
  });
  return found.mtimeMs / 1000;
}

const differencesOf = (open: ReadonlyMap<string, readonly AskedDestination[]>, want: string): Difference[] =>
  [...open].map(([what, destinations]) => ({
    what,
    have: destinations.map((each) => `${each.destination} ${wordsOf(each)}`).join('; '),
    want,
  }));
