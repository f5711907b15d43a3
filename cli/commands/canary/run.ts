// SPDX-License-Identifier: Apache-2.0
// `holdfast canary run`: boots a guest in any cloud of a clouds.yaml as its plain user, and removes it. Starts or attaches.
import { parse } from 'yaml';
import { cloudName } from '../../../workflows/contracts/canary/canary.schema.ts';
import { accessOf, recordedBoxes } from '../../records/box-records.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { runOptions, watchOptions, type Command, type CommandContext, type Options } from '../../command.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOperation } from '../../runs/run-operation.ts';

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
    const file = await cloudsFileFor(context, cloud, options);
    const wishes = {
      image: options['image'],
      flavor: options['flavor'],
      externalNetwork: options['external'],
    };
    const named = Object.entries(wishes).filter(([, value]) => typeof value === 'string');
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

/** Null when the worker finds it by itself: it knows the boxes and the home directory, but not where this command was typed. */
async function cloudsFileFor(
  context: CommandContext,
  cloud: string,
  options: Options,
): Promise<string | null> {
  const { io } = context;
  const named = options['clouds'];
  if (typeof named === 'string') {
    const path = io.absolute(named);
    if (await names(context, path, cloud)) return path;
    throw new CliError('usage', `${path} does not name the cloud ${cloud}`);
  }
  for (const box of await recordedBoxes(context))
    if ((await accessOf(context, box))?.clouds.includes(cloud) === true) return null;
  const here = [io.environment['OS_CLIENT_CONFIG_FILE'], 'clouds.yaml'].flatMap((path) =>
    path === undefined || path === '' ? [] : [io.absolute(path)],
  );
  for (const path of here) if (await names(context, path, cloud)) return path;
  return null;
}

async function names({ io }: CommandContext, path: string, cloud: string): Promise<boolean> {
  const file = parse((await io.readText(path)) ?? '') as { clouds?: Record<string, unknown> } | null;
  return Object.hasOwn(file?.clouds ?? {}, cloud);
}
