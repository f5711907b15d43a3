// SPDX-License-Identifier: Apache-2.0
// Projects. What lives in a project is not touched when it is deleted; that is for the other services.

import type { Call } from '../call.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { createResource } from '../resource.ts';

/** A project as Keystone has it. */
export interface Project {
  id: string;
  name: string;
  domainId: string;
  /** The domain's id for a top-level project. */
  parentId: string | undefined;
  description: string;
  enabled: boolean;
  tags: string[];
}

/** What a project is created from; enabled, and right below its domain, by default. */
export interface NewProject {
  name: string;
  domainId: string;
  parentId?: string | undefined;
  description?: string | undefined;
  enabled?: boolean | undefined;
  tags?: string[] | undefined;
}

/** Project names are unique in their domain. */
export type ProjectKey = { name: string; domainId: string };
/** What projects can be listed by. */
export type ProjectFilter = {
  name?: string | undefined;
  domainId?: string | undefined;
  parentId?: string | undefined;
  enabled?: boolean | undefined;
};
/** The calls for projects. */
export type Projects = Resource<Project, NewProject, ProjectKey, ProjectFilter>;

const schema = z
  .object({
    id: z.string(),
    name: z.string(),
    domain_id: z.string(),
    parent_id: z.string().nullish(),
    description: z.string().nullish(),
    enabled: z.boolean(),
    tags: z.array(z.string()).nullish(),
  })
  .transform((wire): Project => ({
    id: wire.id,
    name: wire.name,
    domainId: wire.domain_id,
    parentId: wire.parent_id ?? undefined,
    description: wire.description ?? '',
    enabled: wire.enabled,
    tags: wire.tags ?? [],
  }));

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
