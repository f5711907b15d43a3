// SPDX-License-Identifier: Apache-2.0
// Adds one thing to what a mirror's spec names, or takes one out. Pure; the schema judges the outcome.
import { nearestName } from '../../run/nearest-name.ts';
import type { MirrorKind, MirrorSpec } from '../mirror-spec.ts';
import { ansibleItems } from './ansible.ts';
import { debItems } from './deb.ts';
import { gitItems } from './git.ts';
import type { Items, Source } from './items.ts';
import { ociItems } from './oci.ts';
import { pypiItems } from './pypi.ts';

export interface ChangeRequest {
  readonly action: 'add' | 'remove';
  readonly kind: MirrorKind;
  /** As its ecosystem writes it: `curl`, `requests>=2.31`, `hub/library/busybox:stable`. */
  readonly item: string;
  /** Name of the source; null: the one that there is. */
  readonly to: string | null;
}

export type Change =
  | {
      readonly ok: true;
      /** As a person would have written it: the schema is to parse it. */
      readonly spec: object;
      /** What is taken out and what is added, a line each; none: nothing changes. */
      readonly lines: readonly string[];
    }
  | { readonly ok: false; readonly problem: string; readonly details: readonly string[] };

/** An add of what is there already changes nothing; a removal of what is not there is refused. */
export function changeOf(spec: MirrorSpec, request: ChangeRequest): Change {
  // Each is asked for its own sources alone.
  switch (request.kind) {
    case 'deb':
      return changed(spec, request, debItems);
    case 'pypi':
      return changed(spec, request, pypiItems);
    case 'oci':
      return changed(spec, request, ociItems);
    case 'ansible':
      return changed(spec, request, ansibleItems);
    case 'git':
      return changed(spec, request, gitItems);
  }
}

function changed<S extends Source>(spec: MirrorSpec, request: ChangeRequest, items: Items<S>): Change {
  const sources = items.sourcesOf(spec);
  const named = request.to === null ? (items.split?.(request.item, sources) ?? null) : null;
  const { to, item } = named === null ? request : { to: named.source, item: named.item };
  if (items.nameOf(item) === null)
    return refused(`${JSON.stringify(request.item)} is not a ${items.what}`, [`Write it as ${items.form}`]);
  const asked = { ...request, to, item };
  return request.action === 'add'
    ? added(spec, asked, items, sources, request.item)
    : removed(spec, asked, items, sources);
}

function added<S extends Source>(
  spec: MirrorSpec,
  { kind, item, to }: ChangeRequest,
  items: Items<S>,
  sources: readonly S[],
  text: string,
): Change {
  const found = sourceFor(sources, to, kind);
  if (found.ok) {
    const next = items.add(found.source, item);
    return withSources(spec, kind, { before: found.source, after: next }, items, sources);
  }
  // Programs of a kind come into the box by an install.
  const isAbsent = items.needsInstall === true && sources.length === 0;
  const first = isAbsent || sources.some(({ name }) => name === to) ? null : items.first(item, to, text);
  if (first === null) return found;
  return withSources(spec, kind, { before: null, after: first }, items, sources);
}

function removed<S extends Source>(
  spec: MirrorSpec,
  { kind, item, to }: ChangeRequest,
  items: Items<S>,
  sources: readonly S[],
): Change {
  const name = items.nameOf(item) ?? item;
  const having = sources.filter((source) => items.list(source).has(name));
  const found =
    to === null && having.length > 0 ? sourceFor(having, null, kind) : sourceFor(sources, to, kind);
  if (!found.ok) return found;
  const known = [...items.list(found.source).keys()];
  if (!known.includes(name)) {
    const near = nearestName(name, known);
    return refused(`${found.source.name} of ${spec.name} names no ${items.what} ${name}`, [
      ...(near === undefined ? [] : [`Did you mean ${near}?`]),
      `it names: ${known.join(', ') || 'none'}`,
    ]);
  }
  return withSources(
    spec,
    kind,
    { before: found.source, after: items.remove(found.source, item) },
    items,
    sources,
  );
}

type Found<S> = { readonly ok: true; readonly source: S } | Extract<Change, { ok: false }>;

function sourceFor<S extends Source>(sources: readonly S[], to: string | null, kind: MirrorKind): Found<S> {
  const names = sources.map(({ name }) => name);
  const [only] = to === null ? sources : sources.filter(({ name }) => name === to);
  if (only !== undefined && (to !== null || sources.length === 1)) return { ok: true, source: only };
  if (only !== undefined) return refused(`Name the source of ${kind}`, [`--to ${names.join(' or --to ')}`]);
  const near = to === null ? undefined : nearestName(to, names);
  return refused(
    to === null ? `The mirror has no source under ${kind}` : `There is no source ${to} under ${kind}`,
    [
      ...(near === undefined ? [] : [`Did you mean ${near}?`]),
      names.length === 0
        ? 'Describe one in the file of the mirror, then holdfast mirrors install FILE'
        : `sources: ${names.join(', ')}`,
    ],
  );
}

function withSources<S extends Source>(
  spec: MirrorSpec,
  kind: MirrorKind,
  { before, after }: { readonly before: S | null; readonly after: S | null },
  items: Items<S>,
  sources: readonly S[],
): Change {
  const next =
    before === null
      ? [...sources, ...(after === null ? [] : [after])]
      : sources.flatMap((each) => (each !== before ? [each] : after === null ? [] : [after]));
  const have = before === null ? new Map<string, string>() : items.list(before);
  const want = after === null ? new Map<string, string>() : items.list(after);
  const source = (after ?? before)?.name ?? '';
  const line = (sign: string, text: string): string => `${sign} ${kind} ${source}: ${text}`;
  return {
    ok: true,
    spec: { ...spec, [kind]: next },
    lines: [
      ...[...have].filter(([name, text]) => want.get(name) !== text).map(([, text]) => line('-', text)),
      ...[...want].filter(([name, text]) => have.get(name) !== text).map(([, text]) => line('+', text)),
    ],
  };
}

const refused = (problem: string, details: readonly string[]): Extract<Change, { ok: false }> => ({
  ok: false,
  problem,
  details,
});
