// SPDX-License-Identifier: Apache-2.0
// Shell stands in files of its own, where shellcheck reads it, and each such file is imported. That it is clean is the gate's own step.
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { allFiles, isCode, isShell, type SourceFile } from './source-files.ts';

const files = allFiles();

/** Files whose code makes shell, and why that is no file. */
const exceptions: Readonly<Record<string, string>> = {
  'activities/canary/cloud-phases.ts': 'user data of one command, which writes the word of this very canary',
  'bench/install-script.ts': 'writes a script of a table: the script is its result',
  'cli/completion/bash.ts': 'writes a script of the commands: the script is its result',
  'cli/completion/zsh.ts': 'writes a script of the commands: the script is its result',
  'test/activities/image/rebase.system.test.ts': 'a program of two lines in the place of a real one',
  'test/boundary/shell.test.ts': 'the scripts that are planted here',
  'test/cli/completion.test.ts': 'asks a real bash in the words of one',
  'test/plans/floating-ips.test.ts': 'programs of two lines in the place of real ones',
  'test/system/browser.ts': 'a program of one command with the network in it',
  'test/workers/temporal/temporal-binary.test.ts': 'programs of two lines in the place of real ones',
};

/** One of these makes a text a script; of several lines, one of these as well. */
const script = /\bset -e|#!\/bin\/(ba|da)?sh/;
const scriptOfLines =
  /^\s*(if .*; then$|(for|while) .*; do\b|(done|fi|esac)( *[;|<>&].*)?$)|"\$[1-9@]"|\$\(\w/m;

function shellLiterals({ path, text }: SourceFile): string[] {
  if (!script.test(text) && !scriptOfLines.test(text)) return [];
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
      const literal = node.getText(source);
      if (script.test(literal) || (literal.includes('\n') && scriptOfLines.test(literal)))
        found.push(`${path}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe('shell', () => {
  it('no text of the code is a script when it is not excepted', () => {
    const code = files.filter((file) => isCode(file) && exceptions[file.path] === undefined);
    expect(code.flatMap(shellLiterals)).toEqual([]);
  });

  it('an exception goes when its file holds no script', () => {
    const excepted = files.filter(({ path }) => exceptions[path] !== undefined);
    expect(excepted.filter((file) => shellLiterals(file).length > 0).map(({ path }) => path)).toEqual(
      Object.keys(exceptions).sort(),
    );
  });

  it('shellLiterals() names each when scripts are planted', () => {
    const text = [
      "const a = 'set ' + 'plain';",
      "const b = ['set -eu', 'true'];",
      'const c = String.raw`',
      'for each in "$@"; do true; done',
      '`;',
      'const d = `#!/bin/sh\\n${b}`;',
      'const e = `several',
      'lines for a person`;',
    ].join('\n');
    const lines = shellLiterals({ path: 'a.ts', text, lines: [] });
    expect(lines).toEqual(['a.ts:2', 'a.ts:3', 'a.ts:6']);
  });

  it('a rule of shellcheck gives its reason when it is disabled', () => {
    const bare = /# shellcheck .*disable=\S+$/;
    expect(
      files
        .filter(isShell)
        .flatMap(({ path, lines }) => lines.filter((line) => bare.test(line)).map(() => path)),
    ).toEqual([]);
    expect(bare.test('# shellcheck disable=SC2086')).toBe(true);
  });

  it('a script is imported when it is a file, or laid into a package', () => {
    const code = files.filter(isCode);
    // dpkg runs those that lie beside its control file.
    const ofPackage = /^workers\/package\/debian\/(preinst|postinst|prerm|postrm)\.sh$/;
    const scripts = files
      .filter(isShell)
      .map(({ path }) => path)
      .filter((path) => !ofPackage.test(path));
    const unused = scripts.filter((path) => {
      const name = path.slice(path.lastIndexOf('/'));
      return !code.some(({ text }) => text.includes(`${name}';`));
    });
    expect(unused).toEqual([]);
    expect(scripts.length).toBeGreaterThan(30);
  });
});
