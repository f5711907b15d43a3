// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { redact } from '../../activities/clients/redact.ts';
import { digest } from '../../activities/operation/builds/build.ts';
import { profiles } from '../../profiles/index.ts';
import type { BoxSpec } from '../../workflows/contracts/box/box-spec.ts';
import { parseBoxSpec } from '../../workflows/contracts/box/box-spec.schema.ts';
import type { CloudSpec } from '../../workflows/contracts/cloud/cloud-spec.ts';
import { parseCloudSpec } from '../../workflows/contracts/cloud/cloud-spec.schema.ts';
import type { CompiledStep } from '../../workflows/contracts/run/table.ts';
import { destroyBoxSteps } from '../../workflows/operations/destroy-box/steps.ts';
import { installBoxSteps } from '../../workflows/operations/install-box/steps.ts';
import { migrateNovaSteps, novaStatusSteps } from '../../workflows/operations/migrate-nova/steps.ts';
import { planBox, type InstallFacts } from '../../workflows/box/plan.ts';
import { rotateCloudSteps } from '../../workflows/operations/rotate-cloud/steps.ts';
import { rotateCredentialsSteps } from '../../workflows/operations/rotate-credentials/steps.ts';
import { startBoxSteps } from '../../workflows/operations/start-box/steps.ts';
import { stopBoxSteps } from '../../workflows/operations/stop-box/steps.ts';
import { revertUpdateSteps } from '../../workflows/operations/revert-update/steps.ts';
import { planUpdateSteps, updateBoxSteps } from '../../workflows/operations/update-box/steps.ts';
import { upgradeBoxSteps } from '../../workflows/operations/upgrade-box/steps.ts';
import { expectGolden, goldenText, namedValues } from './golden.ts';

const factsOf = (release: BoxSpec['release']): InstallFacts => {
  const profile = profiles[release];
  const { suite } = profile;
  return {
    profile,
    processors: 2,
    sources: {
      text: `Types: deb\nURIs: http://deb.debian.org/debian\nSuites: ${suite} ${suite}-updates\nComponents: main\n`,
      releases: [`http://deb.debian.org/debian/dists/${suite}/InRelease`],
      aptOptions: ['Acquire::Check-Date "true";'],
    },
    digest,
  };
};
const facts = factsOf('debian-13');

function example(): BoxSpec {
  const parsed = parseBoxSpec(parse(readFileSync('examples/local-box.yaml', 'utf8')));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

function exampleCloud(): CloudSpec {
  const parsed = parseCloudSpec(parse(readFileSync('examples/cloud.yaml', 'utf8')));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

const install = (spec = example()): CompiledStep[] => installBoxSteps(spec, facts);
const destroy = (): CompiledStep[] => destroyBoxSteps(example().name, digest);

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

describe('golden tables', () => {
  it('rotateCredentialsSteps() builds the table of the file when one user is rotated', () => {
    const plan = planBox(example(), facts);
    const request = { users: ['glance'] as const, onlyDue: true, emergency: false, scheduled: true };
    expectGolden('rotate-credentials.golden', goldenText(rotateCredentialsSteps(plan, request)));
  });

  it('rotateCloudSteps() builds the table of the file when the spec is the example', () => {
    const spec = exampleCloud();
    const request = { users: spec.users, onlyDue: false, emergency: false, scheduled: false };
    expectGolden('rotate-cloud.golden', goldenText(rotateCloudSteps(spec, request)));
  });

  it('rotateCloudSteps() writes policies before the store is asked when the spec has a login for them', () => {
    const login = { kind: 'approle', mount: 'approle', roleId: 'rotator', secretIdFile: '/etc/id' } as const;
    const policyLogin = { ...login, roleId: 'policies' };
    const vault = {
      kind: 'vault',
      address: 'https://vault.example:8200',
      mount: 'secret',
      prefix: 'holdfast',
      login,
    } as const;
    const request = { users: [], onlyDue: false, emergency: false, scheduled: false };
    const steps = (store: CloudSpec['store']) => rotateCloudSteps({ ...exampleCloud(), store }, request);
    const [first, second] = steps({ ...vault, policyLogin });
    expect([first?.id, second?.id, second?.after]).toEqual(['policies', 'store', ['policies']]);
    expect(first?.observe.args).toMatchObject({ store: { login: policyLogin } });
    expect(steps(vault).map(({ id }) => id)).not.toContain('policies');
  });

  it('rotateCloudSteps() sets a password when a person approved or typed the name, and never by a schedule', () => {
    const spec = exampleCloud();
    const owner = (change: object) => {
      const request = { users: spec.users, onlyDue: false, emergency: false, scheduled: false, ...change };
      const step = rotateCloudSteps(spec, request).find(({ id }) => id === 'nova.owner');
      return [step?.apply !== null, step?.gate !== undefined];
    };
    expect([owner({}), owner({ scheduled: true }), owner({ emergency: true })]).toEqual([
      [true, true],
      [false, false],
      [true, false],
    ]);
  });

  it('installBoxSteps() builds the table of the file when the spec is the example', () => {
    expectGolden('install-box.golden', goldenText(install()));
  });

  it('installBoxSteps() builds the table of its own file when the release is debian-12', () => {
    const spec = { ...example(), release: 'debian-12' as const };
    expectGolden('install-box.debian-12.golden', goldenText(installBoxSteps(spec, factsOf(spec.release))));
  });

  it('migrateNovaSteps() builds the table of the file, and novaStatusSteps() the same without its dump', () => {
    const steps = migrateNovaSteps(example(), install(), facts);
    expectGolden('migrate-nova.golden', goldenText(steps));
    const [dump, first, ...others] = steps;
    expect(dump?.id).toBe('dump');
    expect(novaStatusSteps(example(), install(), facts)).toEqual([{ ...first, after: [] }, ...others]);
  });

  it('upgradeBoxSteps() builds the table of the file when the box has debian-12', () => {
    const before = { ...example(), release: 'debian-12' as const };
    const present = { spec: before, facts: factsOf(before.release) };
    const installed = install();
    const migrated = migrateNovaSteps(example(), installed, facts);
    const steps = upgradeBoxSteps({ spec: example(), facts }, present, { installed, migrated });
    expectGolden('upgrade-box.golden', goldenText(steps));
    // Every step of an install is in it.
    const ids = steps.map(({ id }) => id);
    expect(install().filter(({ id }) => !ids.includes(id))).toEqual([]);
  });

  it('updateBoxSteps() builds the steps of an install, with a new image, a dump and the way back', () => {
    const installed = install();
    const steps = updateBoxSteps(example(), facts, installed);
    const others = installed.map(({ id }) => id).filter((id) => steps.every((step) => step.id !== id));
    expect(others).toEqual([]);
    const known = new Map(installed.map((step) => [step.id, JSON.stringify(step)]));
    const own = steps.filter((step) => known.get(step.id) !== JSON.stringify(step));
    expectGolden('update-box.golden', goldenText(own));
    const withoutCanary = updateBoxSteps(example(), facts, installed.slice(0, -2));
    expect(withoutCanary.at(-1)).toMatchObject({ id: 'kept', apply: null, onFailure: 'fail' });
    expect(planUpdateSteps(example(), facts, installed)).toMatchObject([
      { id: 'updates', after: [], apply: { activity: 'buildImage' } },
    ]);
  });

  it('revertUpdateSteps() builds the steps of an install, on the image before', () => {
    const installed = install();
    const steps = revertUpdateSteps('local-box', installed);
    expect(steps.map(({ id }) => id)).toEqual(installed.map(({ id }) => id));
    const known = new Map(installed.map((step) => [step.id, JSON.stringify(step)]));
    const own = steps.filter((step) => known.get(step.id) !== JSON.stringify(step));
    expectGolden('revert-update.golden', goldenText(own));
  });

  it('startBoxSteps() keeps what runs, and the order of an install', () => {
    const steps = startBoxSteps(install());
    const ids = steps.map(({ id }) => id);
    expect(ids.slice(0, 3)).toEqual(['boot', 'postgres.service', 'rabbitmq.service']);
    expect(ids).toEqual(
      expect.arrayContaining(['nova.compute', 'ovn.floating-ips', 'external-network', 'token']),
    );
    // Nothing is written, issued, made or migrated.
    expect(new Set(steps.map(({ apply }) => apply?.activity))).toEqual(
      new Set(['bootBox', 'ensureUnit', 'forwardReach', 'routeExternalNetwork', undefined]),
    );
    const after = Object.fromEntries(steps.map((step) => [step.id, step.after]));
    expect(after).toMatchObject({
      boot: [],
      'postgres.service': ['boot'],
      'keystone.service': ['postgres.service', 'boot'],
      token: ['keystone.service', 'haproxy.service', 'reach'],
    });
    expect(stopBoxSteps('lab')).toMatchObject([{ id: 'power', apply: { activity: 'powerOff' } }]);
  });

  it('destroyBoxSteps() builds the table of the file when the box is the example', () => {
    expectGolden('destroy-box.golden', goldenText(destroy()));
  });

  it.each([
    [1, 1],
    [2, 1],
    [6, 3],
    [64, 8],
  ])(
    'with %i processors Nova starts %i processes, and Keystone, whose cache is its own, one',
    (processors, processes) => {
      const text = JSON.stringify(installBoxSteps(example(), { ...facts, processors }));
      const processesOf = (name: string) =>
        new RegExp(`procname-prefix = ${name} .{0,60}?processes = (\\d+)`).exec(text)?.[1];
      expect([processesOf('keystone'), processesOf('nova')]).toEqual(['1', String(processes)]);
    },
  );

  it('goldenText() changes when any argument of a step does', () => {
    const { certificates, ...rest } = example();
    const other = { ...rest, certificates: { lifetimeDays: certificates.lifetimeDays + 1 } };
    expect(goldenText(install(other))).not.toBe(goldenText(install()));
  });
});

describe.each([
  ['installBoxSteps()', install],
  ['destroyBoxSteps()', destroy],
] as const)('%s', (name, build) => {
  it(`${name} is pure when it is called twice with frozen input`, () => {
    expect(installBoxSteps(frozen(example()), frozen(facts))).toEqual(install());
    expect(build()).toEqual(build());
  });

  it(`${name} survives JSON unchanged when it is recorded`, () => {
    const steps = build();
    expect(JSON.parse(JSON.stringify(steps))).toEqual(steps);
    // Far below the 2 MiB at which Temporal refuses a result; observe and apply each carry a step's files.
    expect(JSON.stringify(steps).length).toBeLessThan(160 * 1024);
  });

  it(`${name} holds references only when a name speaks of a secret`, () => {
    const secret = /pass(word|phrase|wd)?$|secrets?$|token$|credentials?$|^references$|private/i;
    const reference = /^boxes\/local-box\/[a-z-]+$/;
    const values = build().flatMap((step) => namedValues(step, step.id));
    const named = values.filter((each) => secret.test(each.name));
    expect(named.filter(({ value }) => !reference.test(String(value)))).toEqual([]);
    if (name === 'installBoxSteps()') expect(named.length).toBeGreaterThan(3);
  });

  it(`${name} holds no text that would be redacted when it is printed`, () => {
    // A mark names a secret and is none; what says so beside it would be redacted like the value, and so would a switch.
    const open = (value: unknown): string =>
      String(value).replace(/(?:(?:password|secret) = |^)%\{secret:[a-z0-9/._-]+\}|_token = true/g, '');
    const texts = build().flatMap((step) => namedValues(step, step.id));
    expect(texts.filter(({ value }) => redact(open(value)) !== open(value))).toEqual([]);
    expect(goldenText(build())).not.toMatch(/PRIVATE KEY|AGE-SECRET|:\/\/[^/\s]*:[^/\s]*@/);
  });
});

describe('namedValues()', () => {
  it('namedValues() tells the path and the nearest name when values are nested', () => {
    expect(namedValues({ a: { password: 'x', list: ['y'] } })).toEqual([
      { path: '.a.password', name: 'password', value: 'x' },
      { path: '.a.list.0', name: 'list', value: 'y' },
    ]);
  });
});
