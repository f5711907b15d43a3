// SPDX-License-Identifier: Apache-2.0
// The state directory and what runs for it: Temporal, its ports, the worker and its build. Starts and stops nothing.
import { readFile, stat } from 'node:fs/promises';
import { asCommandFailure } from '../../embedded/supervise-events.ts';
import { findBackgroundProcess, isRecorded } from '../../embedded/background-process.ts';
import { listeningPortsOf } from '../../embedded/border/listening-ports.ts';
import { readMetricsPort } from '../../embedded/temporal/metrics-address.ts';
import { ownerTableOf, readOwnerRule } from '../../embedded/border/owner-rule-state.ts';
import { portsOutside } from '../../embedded/border/port-ranges.ts';
import { childrenOf } from '../../embedded/process-identity.ts';
import { connectionSettings } from '../../embedded/temporal/connection-settings.ts';
import type { SuperviseSettings } from '../../embedded/supervise-settings.ts';
import { status, type SuperviseStatus } from '../../embedded/supervise-status.ts';
import { readTemporalPorts, requireFreePorts } from '../../embedded/temporal/ports.ts';
import { withConnection } from '../../embedded/temporal/service.ts';
import { bootUnit, bootUnitPath, systemdSign } from '../boot-unit.ts';
import { exists } from '../folders.ts';
import type { Finding } from './finding.ts';

const up = 'holdfast up';

export async function stateFindings(
  { stateDirectory }: SuperviseSettings,
  userId: number,
): Promise<Finding[]> {
  const what = 'state directory';
  const found = await stat(stateDirectory).catch(() => null);
  if (found === null) return [{ level: 'note', what, found: `${stateDirectory} is not there yet`, next: up }];
  if (found.uid !== userId) {
    const next = 'run holdfast as its owner, or name another one in HOLDFAST_STATE';
    return [{ level: 'wrong', what, found: `${stateDirectory} belongs to user ${found.uid}`, next }];
  }
  if ((found.mode & 0o077) !== 0) {
    const mode = (found.mode & 0o777).toString(8);
    const next = `chmod 700 ${stateDirectory}`;
    return [{ level: 'wrong', what, found: `${stateDirectory} has mode ${mode}: others may look in`, next }];
  }
  return [{ level: 'ok', what, found: stateDirectory }];
}

export async function processFindings(settings: SuperviseSettings): Promise<Finding[]> {
  const { temporal, worker } = await status(settings);
  return [
    await temporalFinding(settings, temporal),
    ...(await portFindings(settings, temporal)),
    await workerFinding(settings, worker),
    ...(await watchFinding(settings, worker)),
    ...(await bootFindings(settings)),
  ];
}

/** Says nothing where systemd does not run the machine: there it cannot bring anything back. */
async function bootFindings({ stateDirectory }: SuperviseSettings): Promise<Finding[]> {
  if (!(await exists(systemdSign))) return [];
  const what = 'after a reboot';
  const unit = await readFile(bootUnitPath, 'utf8').catch(() => '');
  return unit.includes(`HOLDFAST_STATE=${stateDirectory}"`)
    ? [{ level: 'ok', what, found: `${bootUnit} brings all back` }]
    : [{ level: 'note', what, found: 'nothing starts by itself', next: 'holdfast up --boot' }];
}

async function temporalFinding(
  { stateDirectory, environment }: SuperviseSettings,
  { state, address = '', pid }: SuperviseStatus['temporal'],
): Promise<Finding> {
  const what = 'Temporal';
  try {
    if (state === 'stopped') {
      const ports = await readTemporalPorts(stateDirectory);
      if (ports !== undefined) await requireFreePorts(stateDirectory, [ports.port, ports.uiPort]);
      return await deadOrStopped(what, stateDirectory, 'temporal');
    }
    const { connectionOptions } = await connectionSettings({ ...environment }, stateDirectory);
    await withConnection(connectionOptions, async () => undefined);
    const who = pid === undefined ? 'configured elsewhere' : `pid ${pid}`;
    return { level: 'ok', what, found: `answers at ${address} (${who})` };
  } catch (error) {
    const { message, hint } = asCommandFailure(error).toStepFailure();
    return { level: 'wrong', what, found: message, next: hint };
  }
}

/** Says nothing of a Temporal that is not ours. */
async function portFindings(
  { stateDirectory, userId }: SuperviseSettings,
  { state, pid = 0 }: SuperviseStatus['temporal'],
): Promise<Finding[]> {
  if (state !== 'running') return [];
  const what = 'ports of Temporal';
  const table = ownerTableOf(stateDirectory);
  const rule = await readOwnerRule(table);
  const metrics = await readMetricsPort(stateDirectory);
  const ports = [
    ...[pid, ...childrenOf(pid)].flatMap(listeningPortsOf),
    ...(metrics === undefined ? [] : [metrics]),
  ];
  const open = rule?.userId === userId ? portsOutside(rule.ports, ports) : ports;
  if (open.length === 0)
    return [{ level: 'ok', what, found: `only this user reaches them (table inet ${table})` }];
  const found = `other users of this machine can reach ${open.join(', ')}: Temporal does what they ask, as root`;
  return [{ level: 'wrong', what, found, next: 'holdfast down, then holdfast up' }];
}

async function deadOrStopped(what: string, stateDirectory: string, name: string): Promise<Finding> {
  if (!(await isRecorded(stateDirectory, name)))
    return { level: 'note', what, found: 'not running', next: up };
  const found = 'died, and nothing started it again: scheduled runs do not begin';
  return { level: 'wrong', what, found, next: up };
}

/** Who starts the worker again when it dies. */
async function watchFinding(
  { stateDirectory }: SuperviseSettings,
  worker: SuperviseStatus['worker'],
): Promise<Finding[]> {
  if (worker.state === 'stopped') return [];
  const what = 'watch';
  const running = await findBackgroundProcess(stateDirectory, 'watch');
  if (running !== undefined)
    return [{ level: 'ok', what, found: `starts again what dies (pid ${running.pid})` }];
  return [{ level: 'wrong', what, found: 'nothing starts the worker again when it dies', next: up }];
}

async function workerFinding(
  { buildIdFile, stateDirectory }: SuperviseSettings,
  { state, pid, buildId, metricsUrl }: SuperviseStatus['worker'],
): Promise<Finding> {
  const what = 'worker';
  if (state === 'stopped') return deadOrStopped(what, stateDirectory, 'worker');
  const present = (await readFile(buildIdFile, 'utf8').catch(() => '')).trim();
  if (buildId === undefined)
    return { level: 'wrong', what, found: `pid ${pid ?? '?'} has not said that it polls`, next: up };
  if (present !== '' && present !== buildId) {
    const found = `pid ${pid ?? '?'} runs build ${buildId}, the program at hand is ${present}`;
    return { level: 'note', what, found, next: up };
  }
  const metrics = metricsUrl === undefined ? '' : `, metrics at ${metricsUrl}`;
  return { level: 'ok', what, found: `polls (pid ${pid ?? '?'})${metrics}` };
}
