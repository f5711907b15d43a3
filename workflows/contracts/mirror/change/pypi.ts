// SPDX-License-Identifier: Apache-2.0
// Projects of a Python index, added and removed as pip is told of them: `requests>=2.31`. Pure.
import type { PypiIndex, PypiProject } from '../mirror-spec.ts';
import { normalizedName } from '../pypi/distribution.ts';
import type { Items } from './items.ts';

type Requirement = Pick<PypiProject, 'name' | 'versions'>;

/** Without extras and markers: a mirror has no use for them. Null: it is not one. @source PEP 508 */
function requirementOf(item: string): Requirement | null {
  const [, name, versions = ''] =
    /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*((?:[<>=!~][^[\];]*)?)$/.exec(item) ?? [];
  return name === undefined ? null : { name: normalizedName(name), versions: versions.trim() };
}

const text = ({ name, versions }: Requirement): string => (versions === '' ? name : `${name} ${versions}`);

export const pypiItems: Items<PypiIndex> = {
  what: 'Python project',
  form: 'a project with the versions that are wanted, such as requests or "requests>=2.31,<3"',
  sourcesOf: ({ pypi }) => pypi,
  nameOf: (item) => requirementOf(item)?.name ?? null,
  list: ({ projects }) => new Map(projects.map((each) => [each.name, text(each)])),
  add: (index, item) => {
    const wanted = requirementOf(item);
    if (wanted === null) return index;
    const { name, versions } = wanted;
    const isKnown = index.projects.some((each) => each.name === name);
    const projects = isKnown
      ? index.projects.map((each) => (each.name === name ? { ...each, versions } : each))
      : [...index.projects, { name, versions, newest: 1 }];
    return { ...index, projects };
  },
  remove: (index, item) => {
    const projects = index.projects.filter(({ name }) => name !== requirementOf(item)?.name);
    return projects.length === 0 ? null : { ...index, projects };
  },
  first: (item, to) => {
    const wanted = requirementOf(item);
    if (wanted === null) return null;
    // As the schema would set them.
    const defaults = {
      pythons: ['3.13'],
      platforms: ['manylinux_2_41_x86_64'],
      sources: 'fallback',
    } as const;
    return { name: to ?? 'python', ...defaults, projects: [{ ...wanted, newest: 1 }] };
  },
};
