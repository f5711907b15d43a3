// SPDX-License-Identifier: Apache-2.0
// Makes the Debian package of holdfast, with its unit, manual page and completions. It brings its npm packages along.
// Usage: npm run deb [-- FOLDER]; the package is written there, default the working directory.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { controlText, debianVersion } from './debian-control.mjs';
import { installedPackages } from './installed-packages.mjs';
import { run, stagePackage } from './stage.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const debian = join(root, 'workers', 'package', 'debian');
const target = resolve(process.argv[2] ?? '.');
/** Triples of other machines in @temporalio/core-bridge. @source rustc's names of targets */
const triple = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-gnu`;

// Modes come neither from the builder's umask nor from the clone's.
process.umask(0o022);
const tree = mkdtempSync(join(tmpdir(), 'holdfast-deb-'));
try {
  chmodSync(tree, 0o755);
  const program = join(tree, 'usr', 'lib', 'holdfast');
  mkdirSync(program, { recursive: true });
  stagePackage(root, program);
  layDependencies(program);
  layCommand(program);
  const name = layControl(program);
  setModes(tree);
  mkdirSync(target, { recursive: true });
  // Files of the package belong to root, also when another user builds it.
  run('dpkg-deb', ['--root-owner-group', '-Zzstd', '--build', tree, join(target, name)], root);
} finally {
  rmSync(tree, { recursive: true });
}

/** At the versions of the tests, as they are installed here. @param {string} program */
function layDependencies(program) {
  const manifest = manifestOf(program);
  const names = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  for (const folder of installedPackages(root, names)) {
    cpSync(join(root, folder), join(program, folder), {
      recursive: true,
      filter: (path) => isNeeded(relative(join(root, folder), path)),
    });
  }
}

/** Packages inside a package are found by themselves; sources in Rust and binaries of other machines are not run. @param {string} path */
function isNeeded(path) {
  const release = /(?:^|\/)releases\/([a-z0-9_]+-[a-z0-9-]+)/.exec(path);
  if (release !== null) return release[1] === triple;
  return !/^node_modules(\/|$)|^(sdk-core|src\/.*\.rs$)|\.map$/.test(path);
}

/** @param {string} program */
function layCommand(program) {
  const binaries = join(tree, 'usr', 'bin');
  mkdirSync(binaries);
  symlinkSync('../lib/holdfast/cli/holdfast.mjs', join(binaries, 'holdfast'));
  chmodSync(join(program, 'cli', 'holdfast.mjs'), 0o755);
  const share = join(tree, 'usr', 'share');
  // Without a time in it, so that one tree gives one package.
  lay(join(share, 'man', 'man8', 'holdfast.8.gz'), gzipSync(printed('manual'), { level: 9 }));
  lay(join(share, 'bash-completion', 'completions', 'holdfast'), printed('completion', 'bash'));
  lay(join(share, 'zsh', 'vendor-completions', '_holdfast'), printed('completion', 'zsh'));
  lay(join(share, 'fish', 'vendor_completions.d', 'holdfast.fish'), printed('completion', 'fish'));
  lay(join(share, 'doc', 'holdfast', 'copyright'), readFileSync(join(root, 'LICENSE')));
  for (const name of ['README.md', 'CHANGELOG.md', 'docs', 'examples'])
    symlinkSync(`../../../lib/holdfast/${name}`, join(share, 'doc', 'holdfast', name));
  const unit = join(tree, 'usr', 'lib', 'systemd', 'system', 'holdfast.service');
  lay(unit, readFileSync(join(debian, 'holdfast.service')));
}

/** @param {string} program @returns {string} the name of the package's file */
function layControl(program) {
  const { version, description } = manifestOf(program);
  const [, commit = 'unknown'] =
    /\(([^)]+)\)/.exec(readFileSync(join(program, 'dist', 'version'), 'utf8')) ?? [];
  const facts = {
    version: debianVersion(version, commit),
    architecture: output('dpkg', ['--print-architecture']).trim(),
    sizeKibibytes: Number(output('du', ['-sk', tree]).split('\t')[0]),
    description,
  };
  lay(join(tree, 'DEBIAN', 'control'), controlText(facts));
  for (const script of ['postinst', 'prerm']) {
    lay(join(tree, 'DEBIAN', script), readFileSync(join(debian, `${script}.sh`)));
    chmodSync(join(tree, 'DEBIAN', script), 0o755);
  }
  return `holdfast_${facts.version}_${facts.architecture}.deb`;
}

/** Readable by all, and executable where it is now. @param {string} folder */
function setModes(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) setModes(path);
    else if (entry.isFile()) chmodSync(path, (statSync(path).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
  chmodSync(folder, 0o755);
}

/** @param {string} program */
function manifestOf(program) {
  return JSON.parse(readFileSync(join(program, 'package.json'), 'utf8'));
}

/** @param {string} path @param {string | Buffer} content */
function lay(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content, { mode: 0o644 });
}

/** What the built command prints. @param {string[]} words */
function printed(...words) {
  return output('node', [join(root, 'dist', 'cli.js'), ...words]);
}

/** @param {string} file @param {string[]} args */
function output(file, args) {
  const { status, stdout, stderr, error } = spawnSync(file, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} failed: ${error?.message ?? stderr.trim()}`);
  return stdout;
}
