// SPDX-License-Identifier: Apache-2.0
// The tables of steps in the operations' READMEs are those that compile builds; paths named in the documents exist.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { commands } from '../../cli/commands/index.ts';
import { mirrorProfile, profiles } from '../../profiles/index.ts';
import { parseCloudSpec } from '../../workflows/contracts/cloud/cloud-spec.schema.ts';
import { parseMirrorSpec } from '../../workflows/contracts/mirror/mirror-spec.schema.ts';
import { debArgs, ociArgs, pypiArgs } from '../../workflows/box/mirror/model.ts';
import { changeMirrorSteps } from '../../workflows/operations/change-mirror/steps.ts';
import { destroyMirrorSteps } from '../../workflows/operations/destroy-mirror/steps.ts';
import { exportBundleSteps } from '../../workflows/operations/export-bundle/steps.ts';
import { pushImagesSteps } from '../../workflows/operations/push-images/steps.ts';
import { importBundleSteps } from '../../workflows/operations/import-bundle/steps.ts';
import { exampleExport, exampleImport } from '../plans/bundles/example-bundle.ts';
import { installMirrorSteps } from '../../workflows/operations/install-mirror/steps.ts';
import { rollbackMirrorSteps } from '../../workflows/operations/rollback-mirror/steps.ts';
import { refreshMirrorsSteps } from '../../workflows/operations/refresh-mirrors/steps.ts';
import { parseBoxSpec } from '../../workflows/contracts/box/box-spec.schema.ts';
import type { BoxSpec, ServiceName } from '../../workflows/contracts/box/box-spec.ts';
import { databaseServices } from '../../workflows/contracts/database/database-driver.ts';
import type { CompiledStep } from '../../workflows/contracts/run/table.ts';
import type { PreflightArgs } from '../../workflows/ports/host.ts';
import { canarySteps } from '../../workflows/operations/canary/steps.ts';
import { canaryPhases } from '../../workflows/contracts/canary/canary.ts';
import {
  exampleActivation,
  exampleCeremony,
  exampleDestruction,
  exampleDrill,
  exampleInstallation,
  exampleRevocation,
} from '../plans/example-ceremony.ts';
import { destroyBoxSteps } from '../../workflows/operations/destroy-box/steps.ts';
import { planBox } from '../../workflows/box/plan.ts';
import { restoreBoxSteps } from '../../workflows/operations/restore-box/steps.ts';
import { revertUpdateSteps } from '../../workflows/operations/revert-update/steps.ts';
import { updateBoxSteps } from '../../workflows/operations/update-box/steps.ts';
import { acknowledgeCredentialSteps } from '../../workflows/operations/acknowledge-credential/steps.ts';
import { rotateCloudSteps } from '../../workflows/operations/rotate-cloud/steps.ts';
import { rotateAdministratorSteps } from '../../workflows/operations/rotate-admin/steps.ts';
import { rotateKeysSteps } from '../../workflows/operations/rotate-keys/steps.ts';
import { rotateCredentialsSteps } from '../../workflows/operations/rotate-credentials/steps.ts';
import { installBoxSteps } from '../../workflows/operations/install-box/steps.ts';
import { migrateDatabaseSteps } from '../../workflows/operations/migrate-database/steps.ts';
import { root } from './planted-tree.ts';
import { readFile } from './source-files.ts';

const digest = (text: string): string => text.length.toString(16).padStart(16, '0');

function exampleBox() {
  const parsed = parseBoxSpec(parse(readFile('examples/local-box.yaml').text));
  if (!parsed.ok) throw new Error('examples/local-box.yaml is no spec');
  const sources = { text: '', releases: [], aptOptions: [] };
  const spec = parsed.value;
  return { spec, facts: { profile: profiles[spec.release], processors: 2, sources, digest } };
}

function exampleMirror() {
  const parsed = parseMirrorSpec(parse(readFile('examples/mirror.yaml').text));
  if (!parsed.ok) throw new Error('examples/mirror.yaml is no spec');
  const sources = { text: '', releases: [], aptOptions: [] };
  return {
    spec: parsed.value,
    facts: {
      profile: mirrorProfile,
      sources,
      ownMirror: 'http://archive.test/debian',
      ownIndex: 'https://index.test/simple',
      digest,
    },
  };
}

function installSteps(...more: ServiceName[]): CompiledStep[] {
  const { spec, facts } = exampleBox();
  return installBoxSteps({ ...spec, services: [...spec.services, ...more] }, facts);
}

function certifiedSteps(): CompiledStep[] {
  const { spec, facts } = exampleBox();
  const certified = { ...spec, certificates: { ...spec.certificates, authority: 'lab' } };
  const authority = {
    name: 'lab',
    generation: 1,
    names: ['ca.cloud.example'],
    address: '10.77.3.2',
    hosts: '',
    root: '',
  };
  return installBoxSteps(certified, { ...facts, authority });
}

/** What the preflight of the example wants, with some of its keys changed. */
function neededMebibytes(change: Partial<BoxSpec> = {}): { disk: number; memory: number } {
  const { spec, facts } = exampleBox();
  const args = installBoxSteps({ ...spec, ...change }, facts)[0]?.observe.args as PreflightArgs;
  return { disk: args.diskFreeMebibytesMin, memory: args.memoryMebibytesMin };
}

/** Every `npx holdfast …` of a document with its options, and what is wrong with it. */
function commandFaults(path: string): string[] {
  const typed = [...readFile(path).text.matchAll(/npx holdfast ([^`#\n&]+)/g)].map(([, text = '']) =>
    text.trim(),
  );
  return typed.flatMap((text) => {
    const words = text.split(' ');
    const command = commands.find((each) => each.words.every((word, index) => word === words[index]));
    if (command === undefined) return words[0] === 'help' ? [] : [`no command: ${text}`];
    const flags = command.options.flatMap((option) => option.flags.split(/[ ,]+/));
    return words
      .filter((word) => word.startsWith('-') && !flags.includes(word))
      .map((flag) => `${text}: no ${flag}`);
  });
}

interface Packages {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

interface Told {
  readonly id: string;
  readonly after: readonly string[];
}

/** The steps in the table below a heading, with the dependencies of each. */
function toldSteps(path: string, heading = 'Steps'): Told[] {
  const [, section = ''] = readFile(path).text.split(`\n## ${heading}\n`);
  const [table = ''] = section.split(/^## /m);
  const body = table.split('\n').filter((line) => line.startsWith('| `'));
  let before: string[] = [];
  return body.map((line) => {
    const [, first = '', , third = ''] = line.split('|');
    const id = first.trim().slice(1, -1);
    const named = [...third.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    const after = named.length > 0 || third.trim() !== '' ? named : before;
    before = [id];
    return { id, after };
  });
}

/** Words in backticks that look like a path of this project. */
function pathsIn(path: string): string[] {
  const words = [...readFile(path).text.matchAll(/`([\w@./-]+)`/g)].map(([, word = '']) => word);
  const rooms =
    /^(workflows|activities|workers|cli|profiles|test|openstack-client-ts|examples|docs|\.github)\//;
  return words.filter((word) => rooms.test(word));
}

describe('documents', () => {
  const standing = (steps: readonly CompiledStep[]): Told[] => steps.map(({ id, after }) => ({ id, after }));

  it('install-box/README.md tells the steps when the table is built', () => {
    expect(toldSteps('workflows/operations/install-box/README.md')).toEqual(standing(installSteps()));
  });

  it('install-box/README.md tells what a box with a dashboard has beside the rest', () => {
    const usual = installSteps().map(({ id }) => id);
    const more = installSteps('dashboard').filter(({ id }) => !usual.includes(id));
    expect(toldSteps('workflows/operations/install-box/README.md', 'Steps of the dashboard')).toEqual(
      standing(more),
    );
  });

  it('install-box/README.md tells what a box that an authority certifies has beside the rest', () => {
    const usual = installSteps();
    const steps = certifiedSteps();
    const more = steps.filter(({ id }) => usual.every((step) => step.id !== id));
    expect(toldSteps('workflows/operations/install-box/README.md', 'Steps of an authority')).toEqual(
      standing(more),
    );
    const standsOnMore = steps.filter(
      ({ id, after }) =>
        !more.some((step) => step.id === id) &&
        after.some((parent) => more.some((step) => step.id === parent)),
    );
    expect(standsOnMore.map(({ id }) => id)).toEqual(['token']);
  });

  it('install-box/README.md tells what a box with volumes has beside the rest', () => {
    const steps = installSteps('volume');
    const usual = installSteps();
    const more = steps.filter(({ id }) => usual.every((step) => step.id !== id));
    expect(toldSteps('workflows/operations/install-box/README.md', 'Steps of volumes')).toEqual(
      standing(more),
    );
    const standsOnMore = steps.filter(
      ({ id, after }) =>
        !more.some((step) => step.id === id) &&
        after.some((parent) => more.some((step) => step.id === parent)),
    );
    expect(standsOnMore.map(({ id }) => id)).toEqual(['seeds.quotas', 'canary']);
  });

  it('restore-box/README.md tells the steps when the table is built', () => {
    const { spec, facts } = exampleBox();
    const steps = restoreBoxSteps(spec, '0123456789abcdef', facts);
    expect(toldSteps('workflows/operations/restore-box/README.md')).toEqual(standing(steps));
  });

  it('rotate-credentials/README.md tells the steps of each user when the table is built', () => {
    const { spec, facts } = exampleBox();
    const request = { users: ['glance'] as const, onlyDue: false, emergency: false, scheduled: false };
    const steps = rotateCredentialsSteps(planBox(spec, facts), request);
    const told = toldSteps('workflows/operations/rotate-credentials/README.md').map(({ id }) => id);
    expect([...told, 'status']).toEqual(steps.map(({ id }) => id.replace('glance', 'USER')));
  });

  it('rotate-keys/README.md tells the steps of each ring when the table is built', () => {
    const { spec, facts } = exampleBox();
    const steps = rotateKeysSteps(planBox(spec, facts), { begins: true, emergency: false });
    const told = toldSteps('workflows/operations/rotate-keys/README.md').map(({ id }) => id);
    const ofOne = steps.map(({ id }) => id).filter((id) => !id.startsWith('credential'));
    expect(told).toEqual(ofOne.map((id) => id.replace('fernet', 'RING')));
  });

  it('rotate-admin/README.md tells the steps when the table is built', () => {
    const { spec, facts } = exampleBox();
    const told = toldSteps('workflows/operations/rotate-admin/README.md').map(({ id }) => id);
    expect(told).toEqual(rotateAdministratorSteps(planBox(spec, facts)).map(({ id }) => id));
  });

  it('rotate-cloud and acknowledge-credential/README.md tell the steps when the tables are built', () => {
    const login = { kind: 'approle', roleId: 'of-a-test', secretIdFile: '/etc/id' };
    const template = { mount: 'old', path: 'service-users' };
    const address = 'https://vault.example:8200';
    const store = { kind: 'vault', address, login, policyLogin: login, template };
    const example = parse(readFile('examples/cloud.yaml').text) as object;
    const parsed = parseCloudSpec({ ...example, store });
    if (!parsed.ok) throw new Error('examples/cloud.yaml is no spec');
    const spec = parsed.value;
    const [user] = spec.users;
    const users = user === undefined ? [] : [user];
    const steps = rotateCloudSteps(spec, { users, onlyDue: false, emergency: false, scheduled: false });
    const told = toldSteps('workflows/operations/rotate-cloud/README.md').map(({ id }) => id);
    expect([...told, 'status']).toEqual(steps.map(({ id }) => id.replace('glance', 'USER')));
    const said = { name: spec.name, user: 'glance', consumer: 'a', generation: 1, actor: 'ada' };
    expect(toldSteps('workflows/operations/acknowledge-credential/README.md').map(({ id }) => id)).toEqual(
      acknowledgeCredentialSteps(spec, said).map(({ id }) => id),
    );
  });

  it('issue-ca/README.md tells the steps of a ceremony whose spec names no approver', () => {
    expect(toldSteps('workflows/operations/issue-ca/README.md')).toEqual(standing(exampleCeremony()));
  });

  it('issue-crl/README.md tells the steps of a revocation, with one line for all its approvals', () => {
    const told = toldSteps('workflows/operations/issue-crl/README.md').map(({ id }) => id);
    const steps = exampleRevocation({
      approvals: 1,
      approvers: [{ name: 'alice', key: 'ssh-ed25519 AAAA' }],
    });
    expect(told).toEqual(steps.map(({ id }) => id));
  });

  it('install-ca and activate-ca/README.md tell the steps when the tables are built', () => {
    expect(toldSteps('workflows/operations/install-ca/README.md')).toEqual(standing(exampleInstallation()));
    const told = toldSteps('workflows/operations/activate-ca/README.md').map(({ id }) => id);
    expect(told).toEqual(exampleActivation().map(({ id }) => id));
  });

  it('destroy-ca/README.md tells the steps of an authority with a box', () => {
    expect(toldSteps('workflows/operations/destroy-ca/README.md').map(({ id }) => id)).toEqual(
      exampleDestruction().map(({ id }) => id),
    );
  });

  it('drill-compromise/README.md tells the steps of a drill with one box', () => {
    expect(toldSteps('workflows/operations/drill-compromise/README.md')).toEqual(
      standing(exampleDrill('NAME')),
    );
  });

  it('update-box/README.md tells the steps that an install does not have, or has otherwise', () => {
    const { spec, facts } = exampleBox();
    const installed = new Map(installSteps().map(({ id, title }) => [id, title]));
    const own = updateBoxSteps(spec, facts, installSteps()).filter(
      ({ id, title }) => installed.get(id) !== title,
    );
    const told = toldSteps('workflows/operations/update-box/README.md').map(({ id }) => id);
    expect(told).toEqual(own.map(({ id }) => id));
  });

  it('revert-update/README.md tells the steps that an install has otherwise', () => {
    const installed = new Map(installSteps().map(({ id, title }) => [id, title]));
    const own = revertUpdateSteps('lab', installSteps()).filter(
      ({ id, title }) => installed.get(id) !== title,
    );
    const told = toldSteps('workflows/operations/revert-update/README.md').map(({ id }) => id);
    expect(told).toEqual(own.map(({ id }) => id));
  });

  it('destroy-box/README.md tells the steps when the table is built', () => {
    expect(toldSteps('workflows/operations/destroy-box/README.md')).toEqual(
      standing(destroyBoxSteps('lab', digest)),
    );
  });

  it('install-mirror, refresh-mirrors and destroy-mirror/README.md tell the steps when the tables are built', () => {
    const { spec, facts } = exampleMirror();
    expect(toldSteps('workflows/operations/install-mirror/README.md')).toEqual(
      standing(installMirrorSteps(spec, facts)),
    );
    const deb = debArgs(spec, facts.ownMirror);
    const pypi = pypiArgs(spec, facts.ownIndex);
    const args = { box: spec.name, keep: spec.keep, deb, pypi, oci: ociArgs(spec) };
    const refresh = refreshMirrorsSteps(args, false);
    expect(toldSteps('workflows/operations/refresh-mirrors/README.md').map(({ id }) => id)).toEqual(
      refresh.map(({ id }) => id),
    );
    const change = changeMirrorSteps(args, { spec, base: 'b'.repeat(64), kind: 'pypi' });
    expect(toldSteps('workflows/operations/change-mirror/README.md').map(({ id }) => id)).toEqual(
      change.map(({ id }) => id),
    );
    const back = rollbackMirrorSteps({ box: 'lab', keep: 5, revision: null });
    expect(toldSteps('workflows/operations/rollback-mirror/README.md').map(({ id }) => id)).toEqual(
      back.map(({ id }) => id),
    );
    expect(toldSteps('workflows/operations/destroy-mirror/README.md')).toEqual(
      standing(destroyMirrorSteps('lab', digest)),
    );
  });

  it('push-images/README.md tells the steps when the table is built', () => {
    const steps = pushImagesSteps({ box: 'lab', to: 'http://registry.test' });
    const text = readFile('workflows/operations/push-images/README.md').text;
    const told = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, id]) => id);
    expect(told).toEqual(steps.map(({ id }) => id));
  });

  it('export-bundle and import-bundle/README.md tell the steps when the tables are built', () => {
    const { spec, facts } = exampleMirror();
    const deb = debArgs(spec, facts.ownMirror);
    const pypi = pypiArgs(spec, facts.ownIndex);
    const written = exportBundleSteps({ ...exampleExport, deb: deb.sources, pypi: pypi.indexes, oci: [] });
    const rows = (path: string): string[] =>
      [...readFile(path).text.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = '']) =>
        cell.split(', ').map((id) => id.slice(1, -1)),
      );
    const told = toldSteps('workflows/operations/export-bundle/README.md').map(({ id }) => id);
    expect(told).toEqual(written.map(({ id }) => id));
    const steps = importBundleSteps({ ...exampleImport, deb, pypi, oci: ociArgs(spec) });
    expect(rows('workflows/operations/import-bundle/README.md')).toEqual(steps.map(({ id }) => id));
  });

  it('canary/README.md tells its step and every phase when they are as built', () => {
    const request = { cloud: 'acme', throughputMegabytesMin: 1 };
    const text = readFile('workflows/operations/canary/README.md').text;
    const told = [...text.matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name);
    expect(told).toEqual([...canarySteps(request).map(({ id }) => id), ...canaryPhases]);
  });

  it('migrate-database/README.md tells every step that some driver has', () => {
    const { spec, facts } = exampleBox();
    const ids = databaseServices
      .filter((service) => service !== 'nova')
      .flatMap((service) => migrateDatabaseSteps(spec, service, facts).map(({ id }) => id));
    const told = toldSteps('workflows/operations/migrate-database/README.md').map(({ id }) => id);
    expect(told.sort()).toEqual([...new Set(ids)].sort());
  });

  it('docs/dependencies.md lists every package with its range when package.json names it', () => {
    const listed = [...readFile('docs/dependencies.md').text.matchAll(/^\| `([^`]+)` +\| `([^`]+)`/gm)].map(
      ([, name = '', range = '']) => `${name} ${range}`,
    );
    const wanted = ['package.json', 'openstack-client-ts/package.json'].flatMap((path) => {
      const { dependencies = {}, devDependencies = {} } = JSON.parse(readFile(path).text) as Packages;
      return Object.entries({ ...dependencies, ...devDependencies }).map(
        ([name, range]) => `${name} ${range}`,
      );
    });
    expect(listed.sort()).toEqual(wanted.sort());
  });

  it('README.md says what the preflight wants of a machine when it lists disk and memory', () => {
    const listed = [...readFile('README.md').text.matchAll(/\| (\d+) MiB \| (\d+) MiB \|/g)].map(
      ([, disk, memory]) => ({ disk: Number(disk), memory: Number(memory) }),
    );
    const usual = neededMebibytes();
    const larger = neededMebibytes({ services: [...exampleBox().spec.services, 'volume'] });
    expect(listed).toEqual([
      neededMebibytes({ services: ['identity'] }),
      neededMebibytes({ hypervisor: 'fake' }),
      usual,
      { disk: larger.disk - usual.disk, memory: larger.memory - usual.memory },
    ]);
  });

  it('README.md names commands and options that exist when it says what to run', () => {
    expect(readFile('README.md').text.match(/npx holdfast /g)?.length).toBeGreaterThan(30);
    expect(commandFaults('README.md')).toEqual([]);
  });

  it.each(['README.md', 'docs/spec.md'])('%s links to files that exist when it links to a path', (path) => {
    const links = [...readFile(path).text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
      ([, link = '']) => link,
    );
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((link) => !existsSync(join(root, dirname(path), link)))).toEqual([]);
  });

  it.each([
    'README.md',
    '.github/ARCHITECTURE.md',
    '.github/CONTRIBUTING.md',
    'docs/dependencies.md',
    'workflows/README.md',
  ])('%s names files that exist when it names a path', (path) => {
    const named = pathsIn(path);
    expect(named.filter((each) => !existsSync(join(root, each)))).toEqual([]);
  });
});
