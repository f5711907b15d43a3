// SPDX-License-Identifier: Apache-2.0
// Plans which files of Python projects a refresh needs, from the pinned pages; and says what of them is not here.
import { amountOf, hostOfUrl } from '../../../workflows/contracts/mirror/content.ts';
import type { PypiProject } from '../../../workflows/contracts/mirror/mirror-spec.ts';
import type {
  IndexPins,
  PlannedFile,
  PypiPins,
  PypiPlan,
} from '../../../workflows/contracts/mirror/pypi/pins.ts';
import { filesOfProject, type ChosenOfProject } from '../../../workflows/contracts/mirror/pypi/plan.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { PypiArgs, PypiIndexArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { missingOf } from '../../clients/content/fetch-all.ts';
import type { HostBudget } from '../../clients/content/host-budget.ts';
import { Failure } from '../../clients/failure.ts';
import { readPage, sizeOf } from '../../clients/pypi/pin-project.ts';
import type { StepScope } from '../../step-scope.ts';
import { amountText, toFetchText } from '../amounts.ts';
import { budgetOf, isMarked, readMarked, storeMarked, storeOf, type Site } from '../site.ts';
import { readIndexes } from './pins.ts';

export async function pypiPlanDifferences(site: Site, { context }: StepScope): Promise<Difference[]> {
  if (await isMarked(site, context, 'pypi.plan')) return [];
  return [{ what: 'plan of Python files', have: 'none of this run', want: 'written' }];
}

export async function writePypiPlan(site: Site, args: PypiArgs, scope: StepScope): Promise<string> {
  const pins = await readMarked<PypiPins>(site, scope.context, 'pypi.pins');
  const plan = await planOf(site, args, pins, scope);
  const digest = await storeMarked(site, scope.context, 'pypi.plan', plan);
  const missing = await missingOf(storeOf(site), plan.files);
  return `plan ${digest.slice(0, 16)}: ${amountText(plan.files)}; to fetch: ${toFetchText(missing)}`;
}

/** What a refresh would fetch now, a difference for each index. */
export async function pypiRefreshDifferences(
  site: Site,
  args: PypiArgs,
  scope: StepScope,
): Promise<Difference[]> {
  const { files } = await planOf(site, args, await readIndexes(site, args, scope), scope);
  const differences: Difference[] = [];
  for (const { name } of args.indexes) {
    const wanted = files.filter(({ index }) => index === name);
    const missing = await missingOf(storeOf(site), wanted);
    if (missing.length === 0) continue;
    differences.push({
      what: `files of ${name}`,
      have: `${amountOf(wanted).files - missing.length} of ${amountText(wanted)}`,
      want: `fetch ${toFetchText(missing)}`,
    });
  }
  return differences;
}

/** @throws Failure PreconditionFailed naming the projects of which no file fits */
async function planOf(
  site: Site,
  { indexes, limits }: PypiArgs,
  pins: PypiPins,
  { signal }: StepScope,
): Promise<PypiPlan> {
  const files: PlannedFile[] = [];
  const ask: Ask = { budget: budgetOf(site, limits), signal };
  for (const index of indexes) {
    const pinned = pins.indexes.find((each) => each.index === index.name);
    const unmet: string[] = [];
    for (const project of index.projects) {
      const chosen = await chosenOf(site, index, project, pinned);
      if (chosen.length === 0) unmet.push(project.name + (project.versions && ` ${project.versions}`));
      for (const each of chosen) files.push(await plannedFile(site, index.name, project.name, each, ask));
    }
    if (unmet.length > 0) throw unmetFailure(index, unmet);
  }
  return { files };
}

interface Ask {
  readonly budget: HostBudget;
  readonly signal: AbortSignal;
}

async function chosenOf(
  site: Site,
  index: PypiIndexArgs,
  project: PypiProject,
  pinned: IndexPins | undefined,
): Promise<ChosenOfProject[]> {
  const pin = pinned?.projects.find((each) => each.project === project.name);
  if (pin === undefined) return [];
  const { files } = await readPage(storeOf(site), index.url, pin);
  const { pythons = index.pythons, platforms = index.platforms } = project;
  return filesOfProject(project, { pythons, platforms, sources: index.sources }, files);
}

async function plannedFile(
  site: Site,
  index: string,
  project: string,
  { file, version }: ChosenOfProject,
  ask: Ask,
): Promise<PlannedFile> {
  const { filename, url, digest, requiresPython, yanked, metadataDigest, uploadTime } = file;
  // What is here was measured; a page in HTML tells no size.
  const size = file.size ?? (await storeOf(site).sizeOf(digest)) ?? (await sizeOf(url, ask));
  const metadata = metadataDigest === null ? null : { url: metadataUrl(url), digest: metadataDigest };
  return {
    index,
    project,
    version,
    filename,
    url,
    digest,
    size,
    requiresPython,
    yanked,
    uploadTime,
    metadata,
  };
}

/** @source PEP 658: beside the file, whatever query its link has */
function metadataUrl(url: string): string {
  const parsed = new URL(url);
  parsed.pathname += '.metadata';
  return parsed.href;
}

function unmetFailure({ name, url, pythons, platforms }: PypiIndexArgs, unmet: readonly string[]): Failure {
  const shown = unmet.slice(0, 5).join('; ');
  return new Failure('PreconditionFailed', `${name} does not have every project as it is wanted`, {
    on: hostOfUrl(url),
    cause: `no file for Python ${pythons.join(', ')} on ${platforms.join(', ')}: ${shown}${unmet.length > 5 ? `; and ${unmet.length - 5} more` : ''}`,
    hint: 'Correct versions, pythons, platforms or sources in the file of the mirror, then holdfast mirrors install FILE',
  });
}
