// SPDX-License-Identifier: Apache-2.0
// `holdfast canary run`: boots a guest in any cloud of a clouds.yaml as its plain user, and removes it. Starts or attaches.
import { join } from 'node:path';
import { cloudName } from '../../../workflows/contracts/canary/canary.schema.ts';
import { accessOf, cloudNamesIn, recordedBoxes } from '../../records/box-records.ts';
import { sameCommand } from '../../terminal/command-line.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { troubleText } from '../../terminal/file-trouble.ts';
import { runOptions, watchOptions, type Command, type CommandContext, type Options } from '../../command.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { nearestName } from '../../../workflows/contracts/run/nearest-name.ts';

export const cloudArgument = { name: 'cloud', text: 'the name of a cloud in a clouds.yaml' } as const;

export const canaryRun: Command = {
  words: ['canary', 'run'],
  summary: 'boot a guest as a plain user, log in to it, and remove it',
  arguments: [cloudArgument],
  options: [
    {
      flags: '--clouds <file>',
      text: "a clouds.yaml (default: the boxes', then the usual places)",
      group: 'Run',
    },
    { flags: '--image <name>', text: 'another image than holdfast Linux', group: 'Run' },
    { flags: '--flavor <name>', text: 'another flavor than the smallest', group: 'Run' },
    { flags: '--external <network>', text: 'the external network, where there are several', group: 'Run' },
    ...runOptions,
    ...watchOptions,
  ],
  examples: ['canary run local-box-test', 'canary run acme --clouds ~/clouds.yaml'],
  run: async (context, [name = ''], options) => {
    const cloud = cloudOf(name);
    const file = options['attach'] === true ? null : await cloudsFileFor(context, cloud, options);
    const request = {
      image: options['image'],
      flavor: options['flavor'],
      externalNetwork: options['external'],
    };
    const named = Object.entries(request).filter(([, value]) => typeof value === 'string');
    return runOperation(context, options, {
      operation: operations.canary,
      subject: cloud,
      input: { cloud, ...(file !== null && { cloudsFile: file }), ...Object.fromEntries(named) },
    });
  },
};

/** @throws CliError (exit 2) for what is no name of a cloud, such as a path */
export function cloudOf(text: string): string {
  const parsed = cloudName.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new CliError('usage', `${JSON.stringify(text)} is no name of a cloud`, {
    details: parsed.error.issues.map(({ message }) => message),
  });
}

/**
 * Null when the worker finds it by itself: it knows the boxes and the home directory, but not where this command was typed.
 * @throws CliError (exit 2) when no file names the cloud, or the one that was asked for cannot be read
 */
async function cloudsFileFor(
  context: CommandContext,
  cloud: string,
  options: Options,
): Promise<string | null> {
  const { io } = context;
  const named = options['clouds'];
  if (typeof named === 'string') {
    const path = io.absolute(named);
    const clouds = await cloudsOf(context, path);
    if (clouds.includes(cloud)) return path;
    throw noSuchCloud(cloud, options, clouds, [path]);
  }
  const known: string[] = [];
  for (const box of await recordedBoxes(context)) known.push(...(await cloudsOfBox(context, box)));
  if (known.includes(cloud)) return null;
  const here = [io.environment['OS_CLIENT_CONFIG_FILE'], 'clouds.yaml'].flatMap((path) =>
    path === undefined || path === '' ? [] : [io.absolute(path)],
  );
  // The worker looks into these as well.
  const usual = [join(io.homeDirectory, '.config/openstack/clouds.yaml'), '/etc/openstack/clouds.yaml'];
  for (const path of [...here, ...usual]) {
    const clouds = await cloudsOf(context, path);
    if (clouds.includes(cloud)) return here.includes(path) ? path : null;
    known.push(...clouds);
  }
  throw noSuchCloud(cloud, options, known, [`the boxes of ${context.stateDirectory}`, ...here, ...usual]);
}

/** One box's damaged access files hide no other cloud; that box's own commands say what ails them. */
async function cloudsOfBox(context: CommandContext, box: string): Promise<readonly string[]> {
  try {
    return (await accessOf(context, box))?.clouds ?? [];
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    context.io.stderr.write(`${error.message}\n`);
    return [];
  }
}

/** None for a file that is not there. @throws CliError (exit 2) for one that cannot be read */
async function cloudsOf({ io }: CommandContext, path: string): Promise<readonly string[]> {
  const text = await io.readText(path).catch((error: unknown) => {
    throw unreadableClouds(path, troubleText(error));
  });
  if (text === null) return [];
  const clouds = cloudNamesIn(text);
  if (clouds === null) throw unreadableClouds(path, 'it is no YAML with the key clouds');
  return clouds;
}

function unreadableClouds(path: string, cause: string): CliError {
  return new CliError('usage', `${path} cannot be read as a clouds.yaml; nothing was started`, {
    details: [`cause: ${cause}`],
    next: 'Correct it, or name another file with --clouds',
  });
}

function noSuchCloud(
  cloud: string,
  options: Options,
  known: readonly string[],
  places: readonly string[],
): CliError {
  const near = nearestName(cloud, known);
  return new CliError('usage', `No clouds.yaml names the cloud ${cloud}; nothing was started`, {
    details: [
      ...(near === undefined ? [] : [`Did you mean ${near}?`]),
      known.length === 0 ? 'no cloud is named anywhere' : `clouds named: ${known.join(', ')}`,
      `looked at: ${places.join(', ')}`,
    ],
    next: sameCommand(canaryRun, [cloud], { ...options, clouds: 'FILE' }),
  });
}
