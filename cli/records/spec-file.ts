// SPDX-License-Identifier: Apache-2.0
// Reads the spec of any kind from YAML text and says what is wrong with it, with line and column. Opens no file.
import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type YAMLParseError,
} from 'yaml';
import type { BoxSpec } from '../../workflows/contracts/box/box-spec.ts';
import { parseBoxSpec } from '../../workflows/contracts/box/box-spec.schema.ts';
import type { AuthoritySpec } from '../../workflows/contracts/authority/authority-spec.ts';
import { parseAuthoritySpec } from '../../workflows/contracts/authority/authority-spec.schema.ts';
import type { CloudSpec } from '../../workflows/contracts/cloud/cloud-spec.ts';
import { parseCloudSpec } from '../../workflows/contracts/cloud/cloud-spec.schema.ts';
import { parseMirrorSpec } from '../../workflows/contracts/mirror/mirror-spec.schema.ts';
import type { MirrorSpec } from '../../workflows/contracts/mirror/mirror-spec.ts';
import type { Configuration } from '../../workflows/contracts/machine/configuration.ts';
import { parseConfiguration } from '../../workflows/contracts/machine/configuration.schema.ts';
import type { Issue, Parsed } from '../../workflows/contracts/run/parse.schema.ts';
import { CliError } from '../terminal/cli-error.ts';

/** @throws CliError (exit 2) with one line per finding: `path: message (file:line:column)` */
export const parseSpecText = (text: string, fileName: string): BoxSpec =>
  parseYaml(text, fileName, { parse: parseBoxSpec, what: 'a box' });

export const parseAuthorityText = (text: string, fileName: string): AuthoritySpec =>
  parseYaml(text, fileName, { parse: parseAuthoritySpec, what: 'an authority' });

export const parseMirrorText = (text: string, fileName: string): MirrorSpec =>
  parseYaml(text, fileName, { parse: parseMirrorSpec, what: 'a mirror' });

export const parseCloudText = (text: string, fileName: string): CloudSpec =>
  parseYaml(text, fileName, { parse: parseCloudSpec, what: 'a cloud' });

/** A file that holds comments alone says nothing, and is as good as none. */
export const parseConfigurationText = (text: string, fileName: string): Configuration =>
  parseYaml(text, fileName, { parse: parseConfiguration, what: 'a configuration', empty: {} });

/** Where a key stands, by its dotted path, from 1; where its parent does when it is not there. */
export function placeOfKey(text: string, path: string): { readonly line: number; readonly column: number } {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const { line, col } = lineCounter.linePos(offsetOf(document, { path, message: '', isKey: true }) ?? 0);
  return { line, column: col };
}

interface FileKind<T> {
  readonly parse: (raw: unknown) => Parsed<T>;
  /** What such a file describes. */
  readonly what: string;
  /** What an empty one stands for; default: it is refused. */
  readonly empty?: T;
}

function parseYaml<T>(text: string, fileName: string, { parse, what, empty }: FileKind<T>): T {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const where = (offset: number): string => {
    const { line, col } = lineCounter.linePos(offset);
    return `${fileName}:${line}:${col}`;
  };
  const [syntaxError] = document.errors;
  // What follows the first error often follows from it.
  if (syntaxError !== undefined)
    throw refused(`${fileName} is no YAML`, [`${syntaxText(syntaxError)} (${where(syntaxError.pos[0])})`]);
  if (document.contents === null && empty !== undefined) return empty;
  if (document.contents === null)
    throw refused(
      `${fileName} is empty: it describes nothing`,
      [],
      'Begin with examples/local-box.yaml; docs/spec.md lists every key',
    );
  const parsed = parse(plainValue(document, fileName));
  if (parsed.ok) return parsed.value;
  throw refused(
    `${fileName} does not describe ${what}`,
    parsed.issues.map((issue) => {
      const offset = offsetOf(document, issue);
      return `${issue.path}: ${oneLine(issue.message)}${offset === null ? '' : ` (${where(offset)})`}`;
    }),
  );
}

function refused(
  message: string,
  details: readonly string[],
  next = 'Correct what is named and run the command again',
): CliError {
  return new CliError('usage', `${message}; nothing was started`, { details, next });
}

/** The library speaks to programmers where a person has to act otherwise. */
function syntaxText({ code, message }: YAMLParseError): string {
  if (code === 'TAB_AS_INDENT') return 'A tab stands where YAML takes blanks only';
  if (code === 'MULTIPLE_DOCS') return 'A second document begins here: one file describes one thing';
  if (code === 'DUPLICATE_KEY') return 'This key is there twice';
  return oneLine(message);
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, '; ');
}

function plainValue(document: Document, fileName: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // An anchor that is not there, or aliases that unfold without end.
    throw refused(`${fileName} is no YAML`, [
      oneLine(error instanceof Error ? error.message : String(error)),
    ]);
  }
}

/** Where the key or value of an issue stands; of a key that is missing, where its parent stands. */
function offsetOf(document: Document, issue: Issue): number | null {
  let node: unknown = document.contents;
  let offset = startOf(node);
  let rest = issue.path;
  while (rest !== '' && rest !== '(whole input)') {
    const step = stepInto(node, rest);
    if (step === null) break;
    ({ node, rest } = step);
    const isLast = rest === '';
    offset = (isLast && issue.isKey === true ? step.keyOffset : (startOf(node) ?? step.keyOffset)) ?? offset;
  }
  return offset;
}

interface Step {
  readonly node: unknown;
  readonly keyOffset: number | null;
  readonly rest: string;
}

/** One step down a dotted path; a key may hold dots itself, so the longest that fits is taken. */
function stepInto(node: unknown, path: string): Step | null {
  if (isMap(node)) {
    const fitting = node.items
      .map((pair) => ({ key: isScalar(pair.key) ? String(pair.key.value) : '', pair }))
      .filter(({ key }) => path === key || path.startsWith(`${key}.`))
      .sort((a, b) => b.key.length - a.key.length)[0];
    if (fitting === undefined) return null;
    const { key, pair } = fitting;
    return { node: pair.value, keyOffset: startOf(pair.key), rest: path.slice(key.length + 1) };
  }
  if (isSeq(node)) {
    const [index = '', ...others] = path.split('.');
    const item = node.items[Number(index)];
    return item === undefined ? null : { node: item, keyOffset: startOf(item), rest: others.join('.') };
  }
  return null;
}

function startOf(node: unknown): number | null {
  return isNode(node) ? ((node as Node).range?.[0] ?? null) : null;
}
