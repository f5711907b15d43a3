// SPDX-License-Identifier: Apache-2.0
// What an operation acts on, whose lease it holds, and on which hosts its steps work. Pure; names alone.

export const subjectKinds = ['box', 'cloud', 'authority', 'site'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

export interface Subject {
  readonly kind: SubjectKind;
  readonly name: string;
}

/** Folder of the state directory that holds the records of a kind, a folder for each name. */
export const subjectFolders = {
  box: 'boxes',
  cloud: 'clouds',
  authority: 'authorities',
  site: 'sites',
} as const satisfies Record<SubjectKind, string>;

/** The subject whose lease a target is: a box by its name alone, others behind their kind. A box's name holds no slash. */
export function subjectOfLease(target: string): Subject {
  const [first = '', ...rest] = target.split('/');
  const kind = subjectKinds.find((each) => each === first);
  return kind === undefined || rest.length === 0
    ? { kind: 'box', name: target }
    : { kind, name: rest.join('/') };
}

/** For people: `Box lab`. */
export const subjectTitle = ({ kind, name }: Subject): string =>
  `${kind.charAt(0).toUpperCase()}${kind.slice(1)} ${name}`;

/**
 * A host that steps work on: `box:<name>` is the inside of a box, `machine:<name>` this machine for the work of that box,
 * `ssh:<name>` another machine.
 */
export type HostRef = `${'box' | 'machine' | 'ssh'}:${string}`;

/** Where the steps of a subject work that name no host. Only boxes have such a place. */
export const hostsOf = ({ kind, name }: Subject): readonly HostRef[] =>
  kind === 'box' ? [`machine:${name}`, `box:${name}`] : [];
