// SPDX-License-Identifier: Apache-2.0
// InstallBox against the same commands run by a bare shell script, in the same root file system, from a booted box on.
// The two never run at once: they would share two cores. Asserts nothing.
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, type Options } from 'execa';
import { recordedImage } from '../activities/hosts/box-image.ts';
import { bootCommand, offCommand, removeNetworkCommand } from '../activities/hosts/box-commands.ts';
import { insideBox } from '../activities/hosts/local-box.ts';
import { digest } from '../activities/operation/builds/build.ts';
import { bootMessageDisk } from '../activities/seeds/boot-message.ts';
import { profiles } from '../profiles/index.ts';
import { Lab, labSpec } from '../test/system/lab.ts';
import { openstackProgram } from '../test/system/openstack-command.ts';
import { defaultServices } from '../workflows/contracts/box/box-spec.ts';
import type { Progress } from '../workflows/contracts/run/progress.ts';
import type { SecretRef } from '../workflows/contracts/box/brands.ts';
import { installBoxSteps } from '../workflows/operations/install-box/steps.ts';
import { installScript } from './install-script.ts';

const whole = { services: [...defaultServices], seeds: { projects: [] } };
const ours = labSpec('bench-ours', 60, whole);
const theirs = labSpec('bench-script', 61, whole);

export interface InstallTimes {
  readonly workflowSeconds: number;
  readonly scriptSeconds: number;
  readonly ratio: number;
  readonly steps: number;
}

/** One run of each; the image is built before either is timed. */
export async function benchInstall(): Promise<InstallTimes> {
  const lab = await Lab.create();
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  try {
    const progress = await lab.install(ours);
    const image = (await recordedImage(ours.name)) ?? '';
    const workflowSeconds = secondsBetween(progress, 'boot', 'canary');
    await lab.destroy(ours.name);
    const { seconds, steps } = await timeScript(folder, image);
    return { workflowSeconds, scriptSeconds: seconds, ratio: workflowSeconds / seconds, steps };
  } finally {
    await removeScriptBox();
    await lab.dispose(ours.name);
    await rm(folder, { recursive: true, force: true });
  }
}

function secondsBetween({ steps }: Progress, first: string, last: string): number {
  const ended = (id: string): number => Date.parse(steps.find((step) => step.id === id)?.endedAt ?? '');
  return (ended(last) - ended(first)) / 1000;
}

const scriptNamespace = `holdfast-${theirs.name}`;
const scriptLink = 'hf-bench-script';

async function timeScript(folder: string, image: string): Promise<{ seconds: number; steps: number }> {
  const box = join(folder, 'box');
  for (const part of ['upper', 'work', 'root', 'lease']) await mkdir(join(box, part), { recursive: true });
  const { address, gateway } = theirs.networks.management;
  const network = [scriptNamespace, scriptLink, address, gateway, '24'];
  const places = [box, join(image, 'root'), join(box, 'lease'), '/var/lib/holdfast-lease', '/srv/holdfast'];
  await run(bootCommand(theirs.name, ...places, ...network, '', '', ''));
  const leader = await bootedLeader(box);
  const inside = insideBox(leader, []).join(' ');
  const disk = join(folder, 'disk');
  await writeFile(disk, bootMessageDisk());
  const facts = { inside, openstack: await openstackProgram(), folder, disk };
  const sources = { text: '', releases: [], aptOptions: [] };
  const table = installBoxSteps(theirs, {
    profile: profiles[theirs.release],
    processors: availableParallelism(),
    sources,
    digest,
  });
  const passwords = new Map<SecretRef, string>();
  const script = installScript(table, facts, (reference) => {
    if (!passwords.has(reference)) passwords.set(reference, randomBytes(16).toString('hex'));
    return passwords.get(reference) ?? '';
  });
  await writeFile(join(folder, 'install.sh'), script.text);
  const begun = performance.now();
  await execa('bash', [join(folder, 'install.sh')], { stdio: ['ignore', 'inherit', 'inherit'] });
  return { seconds: (performance.now() - begun) / 1000, steps: script.steps.length };
}

/** The first process of the script's box, once systemd says that it runs. */
async function bootedLeader(box: string): Promise<number> {
  const supervisor = (await execa('cut', ['-d', ' ', '-f', '1', join(box, 'supervisor')])).stdout;
  for (;;) {
    const children = await execa('pgrep', ['-P', supervisor], { reject: false });
    const [leader] = children.stdout.split('\n');
    if (leader !== undefined && leader !== '') {
      const [file = '', ...args] = insideBox(Number(leader), ['systemctl', 'is-system-running']);
      const state = await execa(file, args, { reject: false });
      if (['running', 'degraded'].includes(state.stdout.trim())) return Number(leader);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function removeScriptBox(): Promise<void> {
  await run(offCommand('0', '0', scriptNamespace), { reject: false });
  await run(removeNetworkCommand(scriptNamespace, scriptLink, ',', 'holdfast_bench'), { reject: false });
}

async function run([file = '', ...args]: readonly string[], options: Options = {}): Promise<void> {
  await execa(file, args, options);
}
