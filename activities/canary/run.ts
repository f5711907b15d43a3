// SPDX-License-Identifier: Apache-2.0
// One canary run: its phases in order, what failed with the server's last words, and the clean-up whatever happened.
import {
  canaryPhases,
  type CanaryRun,
  type CanaryPhaseName,
  type CanaryRequest,
} from '../../workflows/contracts/canary/canary.ts';
import type { StepFailure } from '../../workflows/contracts/run/errors.ts';
import {
  cloudFailure,
  withCloud,
  type CloudLogin,
  type OpenStackClient,
} from '../clients/openstack/cloud.ts';
import { asStepFailure } from '../clients/failure.ts';
import { newGuestKey } from '../clients/guest/guest-shell.ts';
import { Detached, type StepScope } from '../step-scope.ts';
import { floatingIp, keyPair, lookUp, network, securityGroup, server, tidy } from './cloud-phases.ts';
import { consoleTail } from './console.ts';
import { runPrefix, PhaseClock, type CanaryContext, type Phase } from './context.ts';
import { dns, egress, metadata, ping, ssh, userData } from './guest-phases.ts';
import { sweep } from './sweep.ts';
import { throughputIn, throughputOut } from './throughput-phases.ts';
import { volume } from './volume-phase.ts';

const phases: Readonly<Record<Exclude<CanaryPhaseName, 'clean-up'>, Phase>> = {
  tidy,
  'look-up': lookUp,
  'key-pair': keyPair,
  network,
  'security-group': securityGroup,
  server,
  'floating-ip': floatingIp,
  ping,
  ssh,
  'user-data': userData,
  metadata,
  dns,
  egress,
  'throughput-out': throughputOut,
  'throughput-in': throughputIn,
  volume,
};

/** Resolves with what was seen, good or bad. @throws Detached when the worker lets go: the next attempt begins anew */
export async function runPhases(
  login: CloudLogin,
  request: CanaryRequest,
  scope: StepScope,
): Promise<CanaryRun> {
  const startedAt = new Date().toISOString();
  const begun = performance.now();
  const clock = new PhaseClock(canaryPhases.length, scope.tell);
  const seen = await withCloud(login, async (client) => {
    const canary = prepare(client, login, request, scope);
    const failure = await carriedOut(canary, clock).catch(async (error: unknown) => {
      // Cancelled: nobody comes after us. Told to let go: the next attempt would do it, if we do not get so far.
      canary.parts.shell?.close();
      await sweep(client, canary.nonce).catch(() => undefined);
      throw error;
    });
    const last = failure === null ? null : await lastWords(canary);
    canary.parts.shell?.close();
    const unclean = await attempt(login, () =>
      clock.time('clean-up', async () => void (await sweep(client, canary.nonce))),
    );
    return { failure: failure ?? unclean, last, parts: canary.parts };
  });
  const { failure, last, parts } = seen;
  const failed = clock.phases.find(({ outcome }) => outcome === 'failed');
  return {
    cloud: request.cloud,
    result: failure === null ? 'good' : 'bad',
    startedAt,
    seconds: Math.round((performance.now() - begun) / 100) / 10,
    phases: clock.phases,
    throughput: {
      ...(parts.throughputOut !== undefined && { out: parts.throughputOut }),
      ...(parts.throughputIn !== undefined && { in: parts.throughputIn }),
    },
    ...(failed !== undefined && { failedPhase: failed.phase }),
    ...(failure !== null && { failure }),
    ...(last !== null && { consoleTail: last }),
  };
}

function prepare(
  client: OpenStackClient,
  login: CloudLogin,
  request: CanaryRequest,
  scope: StepScope,
): CanaryContext {
  const { nonce } = scope.context;
  const prefix = runPrefix(nonce, Date.now());
  return {
    client,
    request,
    authUrl: login.authUrl,
    nonce,
    prefix,
    signal: scope.signal,
    key: newGuestKey(`${prefix}key`),
    parts: {},
  };
}

/** Null when every phase ended well. */
async function carriedOut(canary: CanaryContext, clock: PhaseClock): Promise<StepFailure | null> {
  for (const [name, phase] of Object.entries(phases) as [CanaryPhaseName, Phase][]) {
    const failure = await attempt(canary, () => clock.time(name, () => phase(canary)));
    if (canary.signal.aborted) throw new Detached();
    if (failure !== null) return failure;
  }
  return null;
}

async function attempt(
  { authUrl }: { readonly authUrl: string },
  work: () => Promise<void>,
): Promise<StepFailure | null> {
  try {
    await work();
    return null;
  } catch (error) {
    return asStepFailure(cloudFailure(error, authUrl), authUrl);
  }
}

/** Null for a run that never had a server, or whose console cannot be read. */
async function lastWords({ client, parts }: CanaryContext): Promise<string | null> {
  if (parts.serverId === undefined) return null;
  return consoleTail(client, parts.serverId).catch(() => null);
}
