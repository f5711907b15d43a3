// SPDX-License-Identifier: Apache-2.0
// The calls for servers. Nova knows no unique names, so there is no `ensure`: two callers would get two servers.
// Moving, resizing and rebuilding are left to `client.request`.

import type { Call } from '../call.ts';
import type { Resource } from '../resource.ts';
import type { ComputeOptions } from './microversion.ts';
import type { NewServer } from './new-server.ts';
import type { Server } from './server.ts';
import type { ServerActions } from './server-actions.ts';
import type { VolumeAttachments } from './volume-attachments.ts';
import type { ServerWaiting } from './server-waiting.ts';

import { z } from 'zod';
import { onlyOne } from '../key.ts';
import { createResource, enveloped } from '../resource.ts';
import { newServerBody } from './new-server.ts';
import { createServerActions } from './server-actions.ts';
import { createVolumeAttachments } from './volume-attachments.ts';
import { createServerWaiting } from './server-waiting.ts';
import { serverSchema } from './server.ts';

/** Names are not unique; a project narrows it down for an administrator, who sees all of them. */
export type ServerKey = { name: string; projectId?: string | undefined };
/** What servers can be listed by. */
export type ServerFilter = {
  /** A regular expression of Nova's database. */
  name?: string | undefined;
  status?: string | undefined;
  /** The servers of all projects; for administrators. */
  allProjects?: boolean | undefined;
  projectId?: string | undefined;
  host?: string | undefined;
  imageId?: string | undefined;
  flavorId?: string | undefined;
};

/** The calls for servers. */
export type Servers = Pick<
  Resource<Server, NewServer, ServerKey, ServerFilter, ComputeOptions>,
  'list' | 'get' | 'find' | 'delete'
> &
  ServerActions &
  VolumeAttachments &
  ServerWaiting & {
    /** The new server, which is still being built; not idempotent, as Nova knows no unique names. */
    create(input: NewServer, options?: ComputeOptions): Promise<Server>;
  };

const createdSchema = enveloped('server', z.object({ id: z.string() }));

/** Binds servers to calls. */
export function createServers(call: Call): Servers {
  const servers = createResource<Server, NewServer, ServerKey, ServerFilter, ComputeOptions>(call, {
    singular: 'server',
    plural: 'servers',
    listPath: '/servers/detail',
    schema: serverSchema,
    filters: [],
    keyOf: ({ name }) => ({ name }),
    wireNames: { allProjects: 'all_tenants', imageId: 'image', flavorId: 'flavor' },
  });
  const { list, get } = servers;
  return {
    list,
    get,
    delete: servers.delete,
    find: async ({ name, projectId }, options) => {
      const allProjects = projectId === undefined ? undefined : true;
      const found = await list({ name: exactly(name), projectId, allProjects }, options);
      return onlyOne(found, { name, projectId }, { path: '/servers/detail' });
    },
    create: async (input, options) => {
      const body = { server: newServerBody(input) };
      // The answer holds little more than the id and a password, which is left unread.
      const request = { method: 'POST', path: '/servers', body, schema: createdSchema } as const;
      const { id } = await call({ ...options, ...request });
      return get(id, options);
    },
    ...createServerActions(call),
    ...createVolumeAttachments(call),
    ...createServerWaiting(get),
  };
}

/** Nova's database takes the name for a regular expression. */
function exactly(name: string): string {
  return `^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
}
