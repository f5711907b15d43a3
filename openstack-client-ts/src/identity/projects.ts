// SPDX-License-Identifier: Apache-2.0
// Projects. What lives in a project is not touched when it is deleted; that is for the other services.

import type { Call } from '../call.ts';
import type { Given } from '../entry.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { entryOf, orElse, orNone } from '../entry.ts';
import { createResource } from '../resource.ts';

const schema = entryOf({
  id: z.string(),
  name: z.string(),
  domainId: z.string(),
  /** The domain's id for a top-level project. */
  parentId: orNone(z.string()),
  description: orElse(z.string(), ''),
  enabled: z.boolean(),
  tags: orElse(z.array(z.string()), []),
});

/** A project as Keystone has it. */
export interface Project extends z.output<typeof schema> {}

/** What a project is created from; enabled, and right below its domain, by default. */
export type NewProject = Given<Project, 'name' | 'domainId', 'parentId' | 'description' | 'enabled' | 'tags'>;

/** Project names are unique in their domain. */
export type ProjectKey = Given<Project, 'name' | 'domainId'>;
/** What projects can be listed by. */
export type ProjectFilter = Given<Project, never, 'name' | 'domainId' | 'parentId' | 'enabled'>;
/** The calls for projects. */
export type Projects = Resource<Project, NewProject, ProjectKey, ProjectFilter>;

/** Binds projects to calls. */
export function createProjects(call: Call): Projects {
  return createResource(call, {
    singular: 'project',
    plural: 'projects',
    schema,
    filters: ['name', 'domainId'],
    keyOf: ({ name, domainId }) => ({ name, domainId }),
  });
}
