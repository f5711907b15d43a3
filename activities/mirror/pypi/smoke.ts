// SPDX-License-Identifier: Apache-2.0
// The trial of a staged revision by a real pip. The trial itself is scripts/smoke-pip.sh.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PypiManifest, ServedIndex } from '../../../workflows/contracts/mirror/pypi/pins.ts';
import {
  trialsOf,
  type PipTrial,
  type TrialTargets,
} from '../../../workflows/contracts/mirror/pypi/trials.ts';
import { sitePaths, smokeNetwork, viewPaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { PypiArgs, PypiIndexArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { runToSuccess } from '../../run-command.ts';
import type { StepScope } from '../../step-scope.ts';
import { inNamespace } from '../namespace.ts';
import smokePip from '../scripts/smoke-pip.sh';
import { readMarked, runFolder, type ServedSite, type Site } from '../site.ts';
import { recordTrial, trialDifferences } from '../smoke-record.ts';

export async function pypiSmokeDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  return trialDifferences(site, 'pypi', await pipVersion(site), scope);
}

export async function runPypiTrial(site: ServedSite, args: PypiArgs, scope: StepScope): Promise<string> {
  const { indexes } = await readMarked<PypiManifest>(site, scope.context, 'pypi.manifest');
  const pip = await pipVersion(site);
  let wheels = 0;
  for (const index of args.indexes) {
    const served = indexes.find((each) => each.index === index.name);
    if (served === undefined) continue;
    for (const [number, trial] of trialsOfIndex(index, served).entries()) {
      scope.tell(`pip takes ${index.name} for Python ${trial.python} on ${trial.platform}`);
      wheels += await runTrial(site, index.name, { ...trial, number }, scope);
    }
  }
  await recordTrial(site, 'pypi', pip, scope);
  return `${wheels} wheels taken by ${pip}; altered ones refused`;
}

/** Every Python and platform that the index or one of its projects names. */
function trialsOfIndex(index: PypiIndexArgs, served: ServedIndex): PipTrial[] {
  const targets = new Map<string, TrialTargets>(
    index.projects.map(({ name, pythons = index.pythons, platforms = index.platforms }) => [
      name,
      { pythons, platforms },
    ]),
  );
  const all = [...targets.values()];
  const pairs = {
    pythons: [...new Set(all.flatMap(({ pythons }) => pythons))],
    platforms: [...new Set(all.flatMap(({ platforms }) => platforms))],
  };
  return trialsOf(served, (project) => targets.get(project) ?? { pythons: [], platforms: [] }, pairs);
}

/** Returns how many wheels pip installed. */
async function runTrial(
  site: ServedSite,
  index: string,
  trial: PipTrial & { readonly number: number },
  scope: StepScope,
): Promise<number> {
  const { number, python, platforms, requirements, twin } = trial;
  const name = `${index}-${number}`;
  const list = join('pypi', `${name}.txt`);
  await mkdir(join(runFolder(site, scope.context), 'pypi'), { recursive: true, mode: 0o755 });
  await writeFile(join(runFolder(site, scope.context), list), `${requirements.join('\n')}\n`);
  const argv = [
    ...inNamespace,
    'sh',
    '-c',
    smokePip,
    'holdfast-smoke',
    smokeNetwork.server,
    String(site.webPort),
    index,
    python,
    platforms.join(' '),
    join(site.inside, sitePaths.runs, scope.context.nonce, list),
    join(site.inside, sitePaths.pypi, viewPaths.staging, index),
    join(site.inside, sitePaths.twins),
    // One altered copy an index is enough.
    number === 0 ? twin.project : 'none',
    twin.version,
    twin.paths.join(' '),
  ];
  const { stdoutTail } = await runToSuccess(site.host, { ...scope, key: `${scope.key}.${name}` }, { argv });
  return Number(stdoutTail.trim().split('\n').at(-1));
}

async function pipVersion({ host }: Site): Promise<string> {
  const said = await host.output(['python3', '-m', 'pip', '--version']);
  return /^(pip \S+)/.exec(said)?.[1] ?? 'pip';
}
