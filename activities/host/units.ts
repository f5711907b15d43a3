// SPDX-License-Identifier: Apache-2.0
// Makes a systemd unit enabled, running with its present files, and answering. Writes no file.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { HeartbeatArgs, HostPort, UnitArgs } from '../../workflows/ports/host.ts';
import type { Clients } from '../clients/index.ts';
import type { Host } from '../hosts/host.ts';
import { query } from '../clients/postgres/sql.ts';
import { applying, observing } from '../step-scope.ts';
import askProgram from './ask-inside.sh';
import ensureUnit from './ensure-unit.sh';
import readState from './unit-state.sh';

export function unitActivities({ inside }: Clients): Pick<HostPort, 'observeUnit' | 'ensureUnit'> {
  return {
    observeUnit: observing(async (args) => {
      const host = inside(args.box);
      const state = await unitState(host, args);
      const differences = unitDifferences(args, state);
      if (differences.length > 0) return differences;
      return [
        ...(args.health === undefined ? [] : await healthDifferences(host, args.health)),
        ...(args.heartbeat === undefined
          ? []
          : heartbeatDifferences(args.unit, state, await lastHeartbeat(host, args.heartbeat))),
      ];
    }),
    ensureUnit: applying(async (args) => {
      const host = inside(args.box);
      if (args.heartbeat !== undefined && isStarting(args, await unitState(host, args))) return undefined;
      await host.output(['sh', '-c', ensureUnit, 'holdfast', args.unit]);
      return undefined;
    }),
  };
}

/** An API that computes at its first request takes some seconds; one that takes longer than this is stuck. */
const ANSWER_SECONDS = 20;

export interface UnitState {
  readonly enabled: string;
  readonly active: string;
  /** Seconds since the epoch; 0 for a unit that never began. */
  readonly activeSince: number;
  /** By the box's clock, seconds since the epoch. */
  readonly now: number;
  /** Inode change of the newest file, seconds since the epoch. */
  readonly filesChanged: number;
  /** The end of a failed unit's journal; empty for any other. */
  readonly lastWords: string;
}

async function unitState(host: Host, { unit, files }: UnitArgs): Promise<UnitState> {
  const text = await host.output(['sh', '-c', readState, 'holdfast', unit, ...files]);
  const [enabled = '', active = '', since = '0', now = '0', changed = '0', lastWords = ''] = text.split('\n');
  const seconds = { activeSince: Number(since), now: Number(now), filesChanged: Number(changed) };
  return { enabled, active, lastWords, ...seconds };
}

function unitDifferences({ unit, files }: UnitArgs, state: UnitState): Difference[] {
  const differences: Difference[] = [];
  // `enabled-runtime` is what a templated unit of a generator answers: it comes back with its cluster.
  if (!['enabled', 'enabled-runtime', 'static', 'indirect'].includes(state.enabled)) {
    differences.push({ what: `unit ${unit}`, have: state.enabled || 'unknown', want: 'enabled' });
  }
  if (state.active !== 'active')
    differences.push({
      what: `unit ${unit}`,
      have: `${state.active || 'unknown'} ${state.lastWords}`.trim(),
      want: 'active',
    });
  else if (files.length > 0 && state.filesChanged > state.activeSince) {
    differences.push({
      what: `unit ${unit}`,
      have: 'runs with older files',
      want: 'restarted since its files changed',
    });
  }
  return differences;
}

async function lastHeartbeat(host: Host, { database, statement }: HeartbeatArgs): Promise<number> {
  const [[seconds = ''] = []] = await query(host, database, statement);
  return Number(seconds);
}

/** A program may be up for a while before it takes work; one that did before its last start proves nothing. */
export function heartbeatDifferences(
  unit: string,
  { activeSince }: Pick<UnitState, 'activeSince'>,
  heartbeat: number,
): Difference[] {
  if (heartbeat > activeSince) return [];
  const have = `no report of its own since it began at ${new Date(activeSince * 1000).toISOString()}`;
  return [{ what: `unit ${unit}`, have, want: 'takes work' }];
}

/** How long a program may take from its start to its first report. @source the settling time of such a step */
const STARTING_SECONDS = 150;

/** Another restart would only make it begin anew. */
export function isStarting(args: UnitArgs, state: UnitState): boolean {
  return unitDifferences(args, state).length === 0 && state.now - state.activeSince < STARTING_SECONDS;
}

async function healthDifferences(host: Host, health: NonNullable<UnitArgs['health']>): Promise<Difference[]> {
  const answer = await askInside(host, health.url);
  if (health.statuses.includes(Number(answer))) return [];
  return [{ what: health.url, have: answer, want: `HTTP ${health.statuses.join(' or ')}` }];
}

/** Follows where a program leads within itself: to its login page, say. */
async function askInside(host: Host, url: string, hopsMax = 3): Promise<string> {
  const { hostname, port, pathname, search, origin } = new URL(url);
  const patience = ['timeout', String(ANSWER_SECONDS)];
  const script = ['bash', '-c', askProgram, 'holdfast', hostname, port || '80', pathname + search];
  const { stdout, stderr } = await host.run([...patience, ...script], { timeoutSeconds: 2 * ANSWER_SECONDS });
  const [status = '', location = ''] = stdout.trim().split('\n');
  const next = location === '' ? null : new URL(location, url);
  if (next?.origin === origin && hopsMax > 0) return askInside(host, next.href, hopsMax - 1);
  return status || stderr.trim().split('\n').at(-1) || `no answer within ${ANSWER_SECONDS} s`;
}
