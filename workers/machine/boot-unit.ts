// SPDX-License-Identifier: Apache-2.0
// Installs the systemd unit that brings Temporal, the worker and the boxes back after a reboot. Starts nothing now.
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { Failure } from '../../activities/clients/failure.ts';
import type { SuperviseSettings } from '../embedded/supervise-settings.ts';
import { exists } from './folders.ts';

export const bootUnit = 'holdfast.service';
export const bootUnitPath = join('/etc/systemd/system', bootUnit);

/** There only while systemd is the first process. @source sd_booted(3) */
export const systemdSign = '/run/systemd/system';

/** What a client of Temporal is configured by and that is no secret; a key belongs into the profile file. */
const kept = [
  'PATH',
  'HOME',
  'XDG_CONFIG_HOME',
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_PROFILE',
  'TEMPORAL_CONFIG_FILE',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'PIP_CONFIG_FILE',
];

/**
 * The unit's text: all is started, then watched in the foreground, and systemd watches the watch. `KillMode=process`:
 * boxes and durable commands outlive the worker, also under systemd.
 * @source 30 min: the first start on a machine without a Temporal binary builds one
 */
export function bootUnitText(settings: SuperviseSettings, node: string, programDirectory: string): string {
  const { stateDirectory, cacheDirectory, environment } = settings;
  const variables = [
    ...kept.flatMap((name) => (environment[name] ? [[name, environment[name]] as const] : [])),
    ['HOLDFAST_STATE', stateDirectory] as const,
    ['HOLDFAST_CACHE', cacheDirectory] as const,
  ];
  const command = (program: string, ...words: string[]): string =>
    // Only in a command a dollar sign would be expanded.
    [node, join(programDirectory, program), ...words]
      .map((word) => quoted(word).replaceAll('$', '$$$$'))
      .join(' ');
  return [
    '# Written by `holdfast up --boot`, which also brings it up to date.',
    '[Unit]',
    'Description=holdfast: Temporal, worker and boxes',
    'After=local-fs.target network.target time-sync.target',
    '',
    '[Service]',
    'Type=simple',
    ...variables.map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`),
    `ExecStartPre=${command('cli.js', 'up', '--boxes')}`,
    `ExecStart=${command('watch.js')}`,
    `ExecStop=${command('supervise.js', 'down')}`,
    'KillMode=process',
    'Restart=always',
    'RestartSec=5',
    'TimeoutStartSec=30min',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n');
}

/** In double quotes, as systemd reads them. @source systemd.syntax(7), systemd.unit(5): a percent sign begins a specifier */
function quoted(word: string): string {
  const escaped = word.replaceAll(/[\\"]/g, '\\$&').replaceAll('%', '%%');
  return `"${escaped}"`;
}

export interface BootResult {
  readonly unit: string;
  readonly path: string;
  readonly isChanged: boolean;
}

/** @idempotent @throws Failure without root or systemd, or when the unit serves another state directory */
export async function installBootUnit(
  settings: SuperviseSettings,
  userId: number,
  program: { readonly node: string; readonly path: string },
): Promise<BootResult> {
  if (userId !== 0)
    throw new Failure('PreconditionFailed', 'Only root can install a unit', {
      on: 'systemd',
      hint: 'Run it with sudo',
    });
  if (!(await exists(systemdSign))) {
    throw new Failure('PreconditionFailed', 'systemd does not run this machine; no unit was installed', {
      on: 'systemd',
      hint: 'Have your own init run after each boot: holdfast up --boxes',
    });
  }
  const text = bootUnitText(settings, program.node, dirname(program.path));
  const present = await readFile(bootUnitPath, 'utf8').catch(() => null);
  const theirs = present === null ? undefined : /HOLDFAST_STATE=([^"]*)/.exec(present)?.[1];
  if (theirs !== undefined && theirs !== settings.stateDirectory) {
    throw new Failure('Conflict', `${bootUnitPath} serves the state directory ${theirs}; it was left alone`, {
      on: bootUnitPath,
      hint: `Remove it first: systemctl disable --now ${bootUnit}; rm ${bootUnitPath}`,
    });
  }
  if (present !== text) await writeFile(bootUnitPath, text, { mode: 0o644 });
  await systemctl('daemon-reload');
  await systemctl('enable', '--quiet', bootUnit);
  return { unit: bootUnit, path: bootUnitPath, isChanged: present !== text };
}

async function systemctl(...words: string[]): Promise<void> {
  const { exitCode, stderr } = await execa('systemctl', words, { reject: false });
  if (exitCode === 0) return;
  throw new Failure(
    'PreconditionFailed',
    `systemctl ${words.join(' ')} ended with exit code ${exitCode ?? '?'}`,
    {
      on: `systemctl ${words.join(' ')}`,
      hint: `Mend what it says, then run: holdfast up --boot`,
      cause: new Error(stderr.trim()),
    },
  );
}
