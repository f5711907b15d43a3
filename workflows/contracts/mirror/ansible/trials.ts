// SPDX-License-Identifier: Apache-2.0
// What a real ansible-galaxy is asked to install from a staged server: every version once, then what the spec names with what it needs. Pure.
import type { AnsibleServer } from '../mirror-spec.ts';
import { artifactPath, type ServerPins } from './pins.ts';

export interface GalaxyTrial {
  /** Installed side by side, since one folder holds one version of a collection: `a.b:==1.0.0` by rounds. */
  readonly rounds: readonly (readonly string[])[];
  /** With all that they depend on: `a.b:>=1`; none where dependencies are not mirrored. */
  readonly closure: readonly string[];
  /** Its artifact is altered, and must be refused. */
  readonly twin: { readonly collection: string; readonly version: string; readonly artifact: string };
}

/** @throws Error without a collection */
export function galaxyTrial(
  { collections: wanted, dependencies }: Pick<AnsibleServer, 'collections' | 'dependencies'>,
  { collections }: ServerPins,
): GalaxyTrial {
  const all = collections.flatMap(({ name, versions }) => versions.map((document) => ({ name, document })));
  const [smallest] = [...all].sort((one, other) => one.document.size - other.document.size);
  if (smallest === undefined) throw new Error('no collection is mirrored');
  const count = Math.max(...collections.map(({ versions }) => versions.length));
  const rounds = Array.from({ length: count }, (_, round) =>
    collections.flatMap(({ name, versions }) => {
      const document = versions[round];
      return document === undefined ? [] : [`${name}:==${document.version}`];
    }),
  );
  const closure = wanted.map(({ name, versions }) => `${name}:${versions === '' ? '*' : versions}`);
  return {
    rounds,
    closure: dependencies === 'closure' ? closure : [],
    twin: {
      collection: smallest.name,
      version: smallest.document.version,
      artifact: artifactPath(smallest.document),
    },
  };
}
