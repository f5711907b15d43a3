// SPDX-License-Identifier: Apache-2.0
// Names that stand only where they may: drawers, the process, lint exceptions, this machine.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { root } from './planted-tree.ts';
import { allFiles, isCode, isSource, type SourceFile } from './source-files.ts';

const files = allFiles();
const sources = files.filter(isSource);

/** A name that says nothing becomes a drawer for everything. */
const drawer = /(^|[/.-])(utils?|helpers?|common|managers?|support|misc)([/.-]|$)/;

/** Reads the environment, the arguments and the terminal: the composition roots and the command line's one door. */
const mayNameProcess = /^(cli\/io\.ts|cli\/setup\.mjs|cli\/holdfast\.mjs|workers\/[^/]+\.(ts|mjs))$/;

/** Deeper in, only these facts about the running process itself, for which Node has no other name. */
const processFacts: Readonly<Record<string, readonly string[]>> = {
  'workers/embedded/background-process.ts': ['kill'],
  'workers/embedded/exclusive-lock.ts': ['pid'],
  'workers/embedded/worker-process.ts': ['execPath'],
};

/** The members of Node's `process` that a program's files name, `(itself)` for the whole, as `file member`. */
function processNames(program: ts.Program, path: (file: ts.SourceFile) => string | null): string[] {
  const checker = program.getTypeChecker();
  const isNodes = (node: ts.Identifier): boolean =>
    (checker.getSymbolAtLocation(node)?.declarations ?? []).some((each) =>
      each.getSourceFile().fileName.includes('/@types/node/'),
    );
  return program.getSourceFiles().flatMap((file) => {
    const named = path(file);
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node) && node.text === 'process' && isNodes(node)) {
        const { parent } = node;
        const member =
          ts.isPropertyAccessExpression(parent) && parent.expression === node ? parent.name.text : '(itself)';
        found.push(`${named ?? ''} ${member}`);
      }
      if (
        ts.isStringLiteral(node) &&
        /^(node:)?process$/.test(node.text) &&
        ts.isImportDeclaration(node.parent)
      ) {
        found.push(`${named ?? ''} (itself)`);
      }
      node.forEachChild(visit);
    };
    if (named !== null) visit(file);
    return found;
  });
}

function programOf(): ts.Program {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const paths = sources.map(({ path }) => join(root, path));
  return ts.createProgram(paths, { ...options, allowJs: true });
}

const disabled = ({ path, lines }: SourceFile): string[] =>
  lines.flatMap((line, index) =>
    /\/[/*]\s*(eslint-disable|@ts-(ignore|expect-error|nocheck))/.test(line) &&
    !/ -- \S+|@ts-expect-error \S+ \S+/.test(line)
      ? [`${path}:${index + 1}`]
      : [],
  );

describe('names', () => {
  it('no file or folder is a drawer when it is named', () => {
    expect(files.map(({ path }) => path).filter((path) => drawer.test(path))).toEqual([]);
    expect(
      ['cli/utils.ts', 'activities/common/x.ts', 'workers/box-manager.ts'].every((path) => drawer.test(path)),
    ).toBe(true);
  });

  it('processNames() finds only entry files and listed facts when it reads the rooms', () => {
    const ours = new Set(sources.map(({ path }) => path));
    const program = programOf();
    const found = processNames(program, ({ fileName }) => {
      const path = fileName.slice(root.length + 1);
      return ours.has(path) ? path : null;
    });
    expect(found.some((each) => each === 'workers/control.ts env')).toBe(true);
    const elsewhere = [...new Set(found)].filter((each) => !mayNameProcess.test(each.split(' ')[0] ?? ''));
    const listed = Object.entries(processFacts).flatMap(([path, members]) =>
      members.map((member) => `${path} ${member}`),
    );
    expect(elsewhere.sort()).toEqual(listed.sort());
  });

  it('a disabled rule gives its reason when it stands in the code', () => {
    expect(files.filter(isCode).flatMap(disabled)).toEqual([]);
    const bare = ['// eslint-' + 'disable-next-line no-eval', '// @ts-' + 'ignore'];
    expect(disabled({ path: 'a.ts', text: '', lines: bare })).toEqual(['a.ts:1', 'a.ts:2']);
  });

  it('no file names this clone’s folder or its package registry when it is kept', () => {
    const registry = execFileSync('npm', ['config', 'get', 'registry'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const { host } = new URL(registry.trim());
    const telling = [
      ...(root.split('/').length > 2 ? [root] : []),
      ...(host === 'registry.npmjs.org' ? [] : [host]),
    ];
    const found = files.flatMap(({ path, text }) =>
      telling.filter((name) => text.includes(name)).map((name) => `${path}: ${name}`),
    );
    expect(found).toEqual([]);
  });

  it('the lock file names no registry when packages are installed from elsewhere', () => {
    expect(files.find(({ path }) => path === 'package-lock.json')?.text).not.toMatch(/"resolved": "https?:/);
  });
});
