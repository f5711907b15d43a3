// SPDX-License-Identifier: Apache-2.0
// Makes of the schema of a spec its reference for people and its JSON schema for editors. Writes no file.
import { stringify } from 'yaml';
import { z } from 'zod';
import { boxSpecSchema } from '../../workflows/contracts/box/box-spec.schema.ts';

/** A JSON schema, with what `meta` of a key says beside it. */
export interface KeySchema {
  readonly type?: string;
  readonly description?: string;
  /** Bounds in words. */
  readonly bounds?: string;
  /** What holds while the key is not there, where the schema has no default. */
  readonly absent?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, KeySchema>>;
  readonly required?: readonly string[];
  readonly items?: KeySchema;
  readonly propertyNames?: KeySchema;
  readonly additionalProperties?: KeySchema | false;
  readonly anyOf?: readonly KeySchema[];
}

export interface SpecKey {
  /** As `seeds.images[].name`. */
  readonly path: string;
  readonly schema: KeySchema;
  readonly isRequired: boolean;
}

/** Of the text that an owner writes, before defaults are filled in. Draft 7 is what editors know of YAML. */
export function specSchema(): KeySchema {
  return z.toJSONSchema(boxSpecSchema, {
    io: 'input',
    target: 'draft-7',
    override: ({ zodSchema, jsonSchema }) => {
      const schema: Record<string, unknown> = jsonSchema;
      // zod drops both of a schema that transforms. Ours are written as an owner writes them.
      const { examples } = z.globalRegistry.get(zodSchema) ?? {};
      if (examples !== undefined) schema['examples'] = examples;
      if (zodSchema._zod.def.type === 'default')
        schema['default'] = (zodSchema as z.core.$ZodDefault)._zod.def.defaultValue;
      // The largest number that JavaScript counts to is no bound of ours.
      if (schema['maximum'] === Number.MAX_SAFE_INTEGER) delete schema['maximum'];
    },
  }) as KeySchema;
}

/** Every key with those inside it behind it. */
export function keysOf(schema: KeySchema, path = ''): SpecKey[] {
  const { properties = {}, required = [], items } = withoutNull(schema);
  const below = Object.entries(properties).flatMap(([name, inner]) => {
    const key = path === '' ? name : `${path}.${name}`;
    return [{ path: key, schema: inner, isRequired: required.includes(name) }, ...keysOf(inner, key)];
  });
  return items === undefined ? below : [...below, ...keysOf(items, `${path}[]`)];
}

const withoutNull = (schema: KeySchema): KeySchema =>
  schema.anyOf?.find(({ properties }) => properties !== undefined) ?? schema;

/** docs/box.schema.json: plain JSON schema, with bounds and defaults in the texts that an editor shows. */
export function editorSchema(): string {
  const title = { $comment: 'Written by `npm run docs`', title: 'A box of holdfast' };
  return `${JSON.stringify({ ...title, ...plain(specSchema()) }, null, 2)}\n`;
}

function plain(schema: KeySchema): object {
  const { bounds, absent, description, ...rest } = schema;
  const sentences = [
    ...(description === undefined ? [] : [description]),
    ...(description === undefined || bounds === undefined ? [] : [`Allowed: ${bounds}.`]),
    ...(absent === undefined ? [] : [`Default: ${absent}.`]),
  ];
  const inner = Object.entries(rest).map(([key, value]) => [key, plainPart(key, value)] as const);
  return {
    ...(sentences.length > 0 && { description: sentences.join(' ') }),
    ...Object.fromEntries(inner),
  };
}

function plainPart(key: string, value: unknown): unknown {
  if (key === 'properties')
    return Object.fromEntries(
      Object.entries(value as Record<string, KeySchema>).map(([name, each]) => [name, plain(each)]),
    );
  if (key === 'anyOf') return (value as readonly KeySchema[]).map(plain);
  const isSchema = ['items', 'propertyNames', 'additionalProperties'].includes(key) && value !== false;
  return isSchema ? plain(value as KeySchema) : value;
}

const introduction = `# Keys of a spec

A spec is a YAML file that describes one box. This page lists all its keys. \`npm run docs\` writes it from the schema
by which holdfast reads a spec (\`workflows/contracts/box/box-spec.schema.ts\`).

- [\`examples/local-box.yaml\`](../examples/local-box.yaml) is a short spec that works.
- A spec with an unknown key, a wrong type or a value out of bounds is refused with the path of the key. Nothing is
  started.
- \`holdfast box plan FILE\` shows what a changed spec would change, \`holdfast box install FILE\` changes it.
- \`[]\` in a key means each item of a list.

[\`box.schema.json\`](box.schema.json) is the same as a JSON schema. An editor with the YAML language server completes
keys and marks mistakes when the first line of the file names it by a path or URL:

\`\`\`yaml
# yaml-language-server: $schema=../docs/box.schema.json
\`\`\``;

/** docs/spec.md: first the keys that hold one value, then a section for each of the others. */
export function specReference(): string {
  const all = keysOf(specSchema());
  const tops = all.filter(({ path }) => !/[.[]/.test(path));
  const below = ({ path }: SpecKey): SpecKey[] => all.filter((key) => key.path.startsWith(`${path}.`));
  const single = tops.filter((top) => below(top).length === 0 && top.path !== 'overrides');
  const sections = tops.filter((top) => !single.includes(top));
  const parts = sections.flatMap((top) => {
    const keys = below(top);
    // A map has no keys of its own to list.
    if (keys.length === 0) return [`## ${top.path}`, table([top]), exampleOf([top])];
    const need = top.isRequired ? 'Required.' : optionalText(top.schema);
    return [`## ${top.path}`, `${top.schema.description ?? ''} ${need}`, table(keys), exampleOf([top])];
  });
  return `${[introduction, '## The box', table(single), exampleOf(single), ...parts].join('\n\n')}\n`;
}

function table(keys: readonly SpecKey[]): string {
  const steps = keys.map(({ path, schema, isRequired }) =>
    [
      `\`${path}\``,
      [typeText(schema), ...boundsOf(schema)].join('; '),
      isRequired ? 'required' : defaultText(schema),
      schema.description ?? '',
    ].map((cell) => cell.replaceAll('|', '\\|')),
  );
  return [['Key', 'Type and bounds', 'Default', 'What it does'], ['---', '---', '---', '---'], ...steps]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** The first example of each key, as one YAML text. */
function exampleOf(keys: readonly SpecKey[]): string {
  const examples = keys.flatMap(({ path, schema: { examples = [] } }) =>
    examples.length === 0 ? [] : [[path, examples[0]] as const],
  );
  const text = stringify(Object.fromEntries(examples), { lineWidth: 0 });
  return `\`\`\`yaml\n${text}\`\`\``;
}

const code = (value: unknown): string =>
  `\`${typeof value === 'string' && value !== '' ? value : JSON.stringify(value)}\``;

function typeText(schema: KeySchema): string {
  if (schema.const !== undefined) return `always ${code(schema.const)}`;
  if (schema.enum !== undefined) return `one of ${schema.enum.map(code).join(', ')}`;
  if (schema.anyOf !== undefined) {
    const types = [...new Set(schema.anyOf.map(typeText))];
    return types.length < 2 ? types.join('') : `${types.slice(0, -1).join(', ')} or ${types.at(-1) ?? ''}`;
  }
  const { type = '', items, propertyNames, additionalProperties } = schema;
  if (items !== undefined) return `list; each item: ${[typeText(items), ...boundsOf(items)].join(', ')}`;
  if (!additionalProperties) return type;
  const names = propertyNames?.enum === undefined ? 'name' : typeText(propertyNames);
  return `map; ${names} → ${typeText(additionalProperties)}`;
}

/** In words, and those numbers that a JSON schema has. */
export function boundsOf(schema: KeySchema): string[] {
  const { bounds, minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
  const range = (least: number | undefined, most: number | undefined, unit: string): string[] => {
    if (least === undefined && most === undefined) return [];
    if (most === undefined) return [`at least ${String(least)}${unit}`];
    return [least === undefined ? `at most ${most}${unit}` : `${least} to ${most}${unit}`];
  };
  return [
    ...range(minimum, maximum, ''),
    ...range(minLength, maxLength, ' characters'),
    ...range(minItems, maxItems, ' in the list'),
    ...(bounds === undefined ? [] : [bounds]),
  ];
}

const ownDefaults = 'the defaults of its keys';

function optionalText(schema: KeySchema): string {
  const text = defaultText(schema);
  return text === ownDefaults ? 'Optional: its keys have defaults.' : `Default: ${text}.`;
}

function defaultText(schema: KeySchema): string {
  if (schema.absent !== undefined) return schema.absent;
  if (withoutNull(schema).properties !== undefined) return ownDefaults;
  return schema.default === undefined ? 'none' : code(schema.default);
}
