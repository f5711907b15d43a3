// SPDX-License-Identifier: Apache-2.0
// What `npm start`, `npm test` and `npm run ok` do first: install what is missing, build what is stale, then run.
// Plain JavaScript without dependencies, because it runs before any is there.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { boxPrograms } from '../workers/package/debian-control.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lockMark = join(root, 'node_modules', '.holdfast-lock');

/** Program → Debian package: the checks of the sources need one, and the tests a few more. */
const checkPrograms = { shellcheck: 'shellcheck' };
const testPrograms = {
  strace: 'strace',
  openssl: 'openssl',
  chromium: 'chromium',
  certutil: 'libnss3-tools',
  'softhsm2-util': 'softhsm2',
};

// A shell of `su` has no sbin, where nft, sysctl and what dpkg needs lie.
process.env.PATH = `${process.env.PATH ?? '/usr/bin:/bin'}:/usr/local/sbin:/usr/sbin:/sbin`;

const [task = 'start', ...rest] = process.argv.slice(2);
// Ctrl-C is for the program that runs in front; it says what goes on without it, and we pass its exit code on.
process.on('SIGINT', () => undefined);
await main(task, rest);

/** @param {string} task @param {string[]} rest */
async function main(task, rest) {
  requireNode();
  // Side by side: one waits for its registry and the other for the disk.
  const installed = [installPackages(), installPrograms(programsOf(task))];
  for (const failure of await Promise.all(installed)) if (failure !== null) fail(...failure);
  if (task === 'ok') return finish(await run('node', ['test/gate.mjs', 'ok', ...rest]));
  if (task === 'test') return finish(await run('node', ['test/gate.mjs', 'all', ...rest]));
  if (task === 'proofs') return finish(await run('node', ['test/proofs/runner/run-proofs.mjs', ...rest]));
  await build();
  if (task === 'start') {
    const up = await run('node', ['dist/cli.js', 'up']);
    return finish(
      up === 0
        ? await run('node', ['dist/cli.js', 'box', 'install', 'examples/local-box.yaml', ...rest])
        : up,
    );
  }
  return finish(await run('node', ['dist/cli.js', task, ...rest]));
}

/** @param {string} task @returns {Record<string, string>} */
function programsOf(task) {
  if (task === 'ok') return checkPrograms;
  if (task === 'test') return { ...boxPrograms, ...testPrograms, ...checkPrograms };
  return task === 'proofs' ? { ...boxPrograms, ...testPrograms } : boxPrograms;
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(
    `holdfast needs Node 20.19 or newer; this is ${process.versions.node}`,
    'Install a newer Node.js, then run this again',
  );
}

/** npm ci, once per lock file. @returns {Promise<[string, string] | null>} what failed, and what to do */
async function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(lockMark) && readFileSync(lockMark, 'utf8') === lock) return null;
  say('installing the packages of package-lock.json (about 20 s)');
  // No package needs its script: ssh2's would compile what only makes ciphers faster, and pkcs11js serves stations alone.
  const code = await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0)
    return [
      `npm ci ended with exit code ${code}`,
      'Read its message above; the registry has to be reachable',
    ];
  mkdirSync(dirname(lockMark), { recursive: true });
  writeFileSync(lockMark, lock);
  return null;
}

/** @param {Record<string, string>} programs @returns {Promise<[string, string] | null>} what failed, and what to do */
async function installPrograms(programs) {
  const missing = Object.entries(programs).filter(([program]) => !isOnPath(program));
  if (missing.length === 0) return null;
  const names = [...new Set(missing.map(([, debianPackage]) => debianPackage))];
  // Who cannot install is told so by the preflight, with everything else that is missing.
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) {
    say(`missing: ${names.join(' ')}; install them as root`);
    return null;
  }
  say(`installing ${names.join(' ')} by apt-get`);
  const quiet = ['-qq', '-o', 'DPkg::Lock::Timeout=900'];
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () =>
    run('apt-get', [...quiet, 'install', '-y', '--no-install-recommends', ...names], environment, 'ignore');
  // The list of packages may be absent or old: fetch it only when the first try does not find what it needs.
  if ((await install()) === 0) return null;
  await run('apt-get', [...quiet, 'update'], environment, 'ignore');
  if ((await install()) === 0) return null;
  return [`apt-get could not install ${names.join(' ')}`, `Run: apt-get install ${names.join(' ')}`];
}

async function build() {
  if ((await run('node', ['workers/build.mjs', '--if-stale'])) !== 0)
    fail('The build failed', 'Read its message above');
}

/** @param {string} program */
function isOnPath(program) {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { stdio: 'ignore' }).status === 0;
}

/**
 * @param {string} file @param {string[]} args @param {NodeJS.ProcessEnv} [environment] @param {'inherit' | 'ignore'} [stdout]
 * @returns {Promise<number>} the exit code
 */
function run(file, args, environment = process.env, stdout = 'inherit') {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, stdio: ['inherit', stdout, 'inherit'], env: environment });
    child.on('error', () => resolve(1));
    child.on('close', (code, signal) => resolve(signal === 'SIGINT' ? 130 : (code ?? 1)));
  });
}

/** @param {string} text */
function say(text) {
  process.stderr.write(`holdfast: ${text}\n`);
}

/** @param {string} what @param {string} next @returns {never} */
function fail(what, next) {
  process.stderr.write(`holdfast: ${what}\n  next: ${next}\n`);
  process.exit(1);
}

/** @param {number} code @returns {never} */
function finish(code) {
  process.exit(code);
}
