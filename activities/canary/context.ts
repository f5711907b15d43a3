// SPDX-License-Identifier: Apache-2.0
// What the phases of one canary run share: names, what was made so far, the clock. Does nothing to a cloud.
import type { CanaryPhase, CanaryPhaseName, CanaryRequest } from '../../workflows/contracts/canary/canary.ts';
import type { OpenStackClient } from '../clients/openstack/cloud.ts';
import { Failure } from '../clients/failure.ts';
import type { GuestKey, GuestShell } from '../clients/guest/guest-shell.ts';
import type { Tell } from '../step-scope.ts';

/** Everything of this name's beginning is a canary's. */
export const canaryPrefix = 'holdfast-canary';

/** The port on which a guest sends and takes bytes. @source 5201: iperf3's, so that people know what it is for */
export const throughputPort = 5201;

export interface CanaryContext {
  readonly client: OpenStackClient;
  readonly request: CanaryRequest;
  readonly authUrl: string;
  /** Of the run: its second attempt finds what its first left. */
  readonly nonce: string;
  /** The whole beginning of this run's names. */
  readonly prefix: string;
  readonly signal: AbortSignal;
  readonly key: GuestKey;
  /** What the run has made or found by now. */
  readonly parts: Partial<CanaryParts>;
}

export interface CanaryParts {
  imageId: string;
  flavorId: string;
  user: string;
  externalNetworkId: string;
  networkId: string;
  securityGroupId: string;
  serverId: string;
  address: string;
  shell: GuestShell;
  throughputOut: number;
  throughputIn: number;
}

/** `holdfast-canary-<nonce>-<begun>-`: whose it is, and how old. Seconds since 1970 in base 36. */
export function runPrefix(nonce: string, now: number): string {
  return `${canaryPrefix}-${nonce}-${Math.floor(now / 1000).toString(36)}-`;
}

/** @throws Error when a phase comes before the one that makes the part: a mistake in the order of phases */
export function requirePart<Name extends keyof CanaryParts>(
  { parts }: CanaryContext,
  name: Name,
): CanaryParts[Name] {
  const value = parts[name];
  if (value === undefined) throw new Error(`The canary run has no ${name} yet`);
  return value;
}

/** Why a phase has nothing to do in this cloud, or what is worth telling of it. */
export interface PhaseNote {
  readonly skipped?: string;
  readonly note?: string;
}

export type Phase = (canary: CanaryContext) => Promise<PhaseNote | void>;

/** Looks twice a second. @throws Failure Unreachable with the last cause when the time is over */
export async function until<T>(
  { signal }: Pick<CanaryContext, 'signal'>,
  { what, on, secondsMax }: { readonly what: string; readonly on: string; readonly secondsMax: number },
  look: () => Promise<T | null>,
): Promise<T> {
  const deadline = Date.now() + secondsMax * 1000;
  let cause: unknown;
  for (;;) {
    signal.throwIfAborted();
    try {
      const found = await look();
      if (found !== null) return found;
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'Unreachable') throw error;
      cause = error;
    }
    if (Date.now() > deadline)
      throw new Failure('Unreachable', `${what}: not within ${secondsMax} s`, { on, cause });
    await new Promise((wake) => setTimeout(wake, 500));
  }
}

/** Times the phases of one run and tells of each as it begins. */
export class PhaseClock {
  readonly phases: CanaryPhase[] = [];

  constructor(
    private readonly count: number,
    private readonly tell: Tell,
  ) {}

  /** @throws what the phase throws, after its time was taken */
  async time(phase: CanaryPhaseName, work: () => Promise<PhaseNote | void>): Promise<void> {
    this.tell(`${phase} (${this.phases.length + 1} of ${this.count})`);
    const begun = performance.now();
    const end = (outcome: CanaryPhase['outcome'], note?: string): void => {
      const seconds = Math.round((performance.now() - begun) / 10) / 100;
      this.phases.push({ phase, seconds, outcome, ...(note !== undefined && { note }) });
    };
    try {
      const { skipped, note } = (await work()) ?? {};
      end(skipped === undefined ? 'good' : 'skipped', skipped ?? note);
    } catch (error) {
      end('failed');
      throw error;
    }
  }
}
