// SPDX-License-Identifier: Apache-2.0
// Each file says what it is in its first lines, and an activity says what it touches.
import { describe, expect, it } from 'vitest';
import { allFiles, headerOf, isCode, type SourceFile } from './source-files.ts';

const licence = '// SPDX-License-Identifier: Apache-2.0';
const files = allFiles();

/** What the activities of a folder may touch: its own system, and the stores that every system shares. */
const touchable: Readonly<Record<string, readonly string[]>> = {
  access: ['secret store', 'state directory', "Keystone's API"],
  box: [
    'cache directory',
    "Debian's package sources",
    'machine directory',
    'network namespaces',
    'secret store',
    'state directory',
    'systemd-nspawn',
  ],
  canary: [
    ...["the worker's metrics", "the cloud's APIs", 'host/files', 'host/packages', 'state directory'],
    'machine directory',
  ],
  cinder: ['host/files', 'host/lvm', "the cloud's APIs"],
  dumps: ['host/postgres', 'host/systemd', 'machine directory', 'state directory'],
  guest: ['cache directory', "Debian's package sources", "vendors' servers"],
  host: ['host/files', 'secret store', 'host/systemd', 'this machine', "Debian's package sources"],
  keystone: ['host/keystone', 'host/postgres', 'host/systemd', "Keystone's API", 'secret store'],
  migrations: ['host/files', 'host/packages', 'host/postgres', 'host/systemd', 'host/tools'],
  notify: ["the operator's command", "the operator's webhook"],
  nova: ['host/nova', 'host/postgres'],
  ovn: ['host/openvswitch'],
  operation: ['host/jobs', 'machine directory', 'state directory', "this machine's Debian sources"],
  pki: ['host/files', 'secret store'],
  postgres: ['host/postgres'],
  hypervisor: ['host/files', 'machine directory', "this machine's /dev/kvm", 'guest image'],
  reach: ["this machine's nftables", 'its IPv4 forwarding'],
  rabbitmq: ['host/rabbitmq'],
  secrets: ['secret store'],
  seeds: ['cache directory', "the cloud's APIs", "Keystone's API"],
};

const activityFiles = files.filter(({ path }) => /^activities\/(?!clients\/)[^/]+\//.test(path));

function headerFault(file: SourceFile): string[] {
  const [first, ...rest] = headerOf(file);
  // A test's titles say what it is.
  const linesMin = file.path.endsWith('.test.ts') ? 0 : 1;
  const isActivity = activityFiles.includes(file);
  const says = rest.filter((line) => !/^\/\/ (Touches|Proves|Long): /.test(line));
  return [
    ...(first === licence ? [] : ['begins without the licence line']),
    ...(says.length >= linesMin && says.length <= 3
      ? []
      : [`says what it is in ${says.length} lines, ${linesMin} to 3 are wanted`]),
    ...(isActivity && rest.every((line) => !line.startsWith('// Touches: '))
      ? ['names nothing that it touches']
      : []),
  ].map((fault) => `${file.path}: ${fault}`);
}

function touchFault(file: SourceFile): string[] {
  const line = headerOf(file).find((each) => each.startsWith('// Touches: ')) ?? '';
  const [, system = ''] = file.path.split('/');
  const named = line
    .replace('// Touches: ', '')
    .split(', ')
    .map((item) => item.replace(/ \(reads\)$/, ''));
  return named
    .filter((item) => item !== '' && !(touchable[system] ?? []).includes(item))
    .map((item) => `${file.path}: ${item}`);
}

describe('headers', () => {
  it('a file opens with the licence and what it is when it is code', () => {
    expect(files.filter(isCode).flatMap(headerFault)).toEqual([]);
  });

  it('an activity file touches what its folder may when it names it', () => {
    expect(activityFiles.flatMap(touchFault)).toEqual([]);
  });

  it('headerFault() names each fault when a file has none of the lines', () => {
    const bare = { path: 'workflows/bare.ts', text: '', lines: ['export {};'] };
    expect(headerFault(bare)).toEqual([
      'workflows/bare.ts: begins without the licence line',
      'workflows/bare.ts: says what it is in 0 lines, 1 to 3 are wanted',
    ]);
  });

  it('touchFault() names it when an activity touches another system', () => {
    const lines = [
      licence,
      '// Makes roles.',
      "// Touches: host/postgres, Keystone's API (reads)",
      'export {};',
    ];
    expect(touchFault({ path: 'activities/postgres/roles.ts', text: '', lines })).toEqual([
      "activities/postgres/roles.ts: Keystone's API",
    ]);
  });
});
