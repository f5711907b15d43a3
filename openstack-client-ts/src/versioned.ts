// SPDX-License-Identifier: Apache-2.0
// Finds the URL of one version of a service's API, whether or not the catalog's URL names a version.
// It sends no request: the paths are those the services document.

import type { CallOptions } from './http/http.ts';
import type { CallTarget } from './call.ts';

import { z } from 'zod';

/** The version a service speaks, e.g. id `v2.1`; the microversions where there are some. */
export interface ServiceVersion {
  id: string;
  status: string;
  /** The newest microversion. */
  version: string | undefined;
  minVersion: string | undefined;
}

const VERSION_SEGMENT = /^v\d+(\.\d+)?$/;

/** The target with this version in its path, appended or in place of another; what follows, like a project, stays. */
export function atVersion(target: CallTarget, version: string): CallTarget {
  return { ...target, baseOf: async (options) => versioned(await target.baseOf(options), version) };
}

/** The target at the service's own root, where it describes its versions. */
export function atRoot(target: CallTarget): CallTarget {
  const baseOf = async (options: CallOptions): Promise<URL> => {
    const base = await target.baseOf(options);
    return withPath(base, split(base).before);
  };
  return { baseOf };
}

function versioned(base: URL, version: string): URL {
  const { before, after } = split(base);
  return withPath(base, [...before, version, ...after]);
}

function split(base: URL): { before: string[]; after: string[] } {
  const segments = base.pathname.split('/').filter((segment) => segment !== '');
  const index = segments.findIndex((segment) => VERSION_SEGMENT.test(segment));
  if (index === -1) return { before: segments, after: [] };
  return { before: segments.slice(0, index), after: segments.slice(index + 1) };
}

function withPath(base: URL, segments: string[]): URL {
  const url = new URL(base);
  url.pathname = `/${segments.join('/')}`;
  return url;
}

/** Nova writes an empty text where there is no microversion. */
const versionSchema = z
  .object({
    id: z.string(),
    status: z.string(),
    version: z.string().nullish(),
    max_version: z.string().nullish(),
    min_version: z.string().nullish(),
  })
  .transform((wire): ServiceVersion => ({
    id: wire.id,
    status: wire.status,
    version: wire.version || wire.max_version || undefined,
    minVersion: wire.min_version || undefined,
  }));

/** Parses the list of a service's versions into the one wanted, or else the one in use. */
export function versionOf(id?: string): z.ZodType<ServiceVersion> {
  const listed = z.object({ versions: z.array(versionSchema) });
  return listed.transform(({ versions }, context) => {
    const wanted = versions.find((each) => each.id === id) ?? versions.find(isCurrent) ?? versions[0];
    if (wanted !== undefined) return wanted;
    context.addIssue({ code: 'custom', message: 'no version' });
    return z.NEVER;
  });
}

function isCurrent({ status }: ServiceVersion): boolean {
  return status === 'CURRENT';
}
