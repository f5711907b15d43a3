// SPDX-License-Identifier: Apache-2.0
// The import rules hold: the tree is clean, and each slip planted in a copy of it is named.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import exceptions from './exceptions.cjs';
import { plantedTree, root, type PlantedTree } from './planted-tree.ts';
import { runTool } from './tool.ts';

interface Cruise {
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
  readonly modules: readonly {
    readonly source: string;
    readonly dependencies: readonly { readonly resolved: string }[];
  }[];
}

async function cruise(folder: string): Promise<Cruise> {
  const { stdout } = await runTool(
    'depcruise',
    ['--config', 'test/boundary/rooms.cjs', '--output-type', 'json', '.'],
    folder,
  );
  return JSON.parse(stdout) as Cruise;
}

const violationsOf = (cruised: Cruise): string[] =>
  cruised.summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`);

/** File, text planted in it, rule that refuses it, end of the path it is refused for (none: the file itself). */
type Slip = readonly [file: string, text: string, rule: string, target?: RegExp];
const named = (list: readonly Slip[]) =>
  list.map(([file, text, rule, target]) => ({ file, text, rule, target }));

const notAllowed = 'not-in-allowed';
const fromActivities = "import type { Host } from '../../activities/hosts/host.ts'; export type Slip = Host;";

const slips: readonly Slip[] = [
  ['workflows/engine/run-step.ts', "import 'node:fs';", notAllowed, /^fs$/],
  ['workflows/engine/run-step.ts', "export const slip = () => import('node:os');", notAllowed, /^os$/],
  ['workflows/engine/run-table.ts', "import '@temporalio/workflow';", notAllowed, /@temporalio\/workflow\//],
  ['workflows/engine/report.ts', "import './temporal-ports.ts';", notAllowed, /temporal-ports\.ts$/],
  ['workflows/engine/table-state.ts', "import '../box/plan.ts';", notAllowed, /plan\.ts$/],
  ['workflows/engine/unlisted.ts', "import '../contracts/box/cidr.ts';", notAllowed, /cidr\.ts$/],
  ['workflows/engine/progress-publisher.ts', "import 'yaml';", notAllowed, /\/yaml\//],
  ['workflows/engine/operation.ts', fromActivities, notAllowed, /hosts\/host\.ts$/],
  [
    'workflows/contracts/box/cidr.ts',
    "import type { Payload } from '@temporalio/common'; export type Slip = Payload;",
    notAllowed,
    /@temporalio\/common\//,
  ],
  [
    'workflows/contracts/run/errors.ts',
    "import '../../engine/activity-profiles.ts';",
    notAllowed,
    /activity-profiles\.ts$/,
  ],
  ['workflows/contracts/run/lease.ts', "import 'zod';", notAllowed, /\/zod\//],
  ['workflows/ports/host.ts', fromActivities, notAllowed, /hosts\/host\.ts$/],
  [
    'workflows/ports/box.ts',
    "export type Slip = import('../../activities/clients/index.ts').Clients;",
    notAllowed,
    /clients\/index\.ts$/,
  ],
  ['workflows/box/plan.ts', "import '@temporalio/workflow';", notAllowed, /@temporalio\/workflow\//],
  [
    'workflows/box/keystone/files.ts',
    "import '../../engine/activity-profiles.ts';",
    notAllowed,
    /activity-profiles\.ts$/,
  ],
  [
    'workflows/operations/destroy-box/steps.ts',
    "import '../install-box/operation.ts';",
    notAllowed,
    /operation\.ts$/,
  ],
  [
    'workflows/operations/install-box/operation.ts',
    "import './steps.ts';",
    'steps-only-in-compile',
    /steps\.ts$/,
  ],
  [
    'workflows/operations/install-box/operation.ts',
    "import '../../../profiles/index.ts';",
    'profiles-only-in-compile',
    /profiles\/index\.ts$/,
  ],
  [
    'workflows/operations/drift-box/operation.ts',
    "import '../../contracts/box/box-spec.schema.ts';",
    'schema-as-value-in-workflows',
    /schema\.ts$/,
  ],
  ['activities/box/root.ts', "import '../keystone/keys.ts';", notAllowed, /keys\.ts$/],
  [
    'activities/postgres/cluster.ts',
    "import '../../workflows/contracts/box/box-spec.schema.ts';",
    notAllowed,
    /schema\.ts$/,
  ],
  ['activities/secrets/secrets.ts', "import 'execa';", notAllowed, /\/execa\//],
  [
    'activities/box/spec.ts',
    "import '../../workflows/operations/destroy-box/steps.ts';",
    'steps-only-in-compile',
    /steps\.ts$/,
  ],
  [
    'activities/keystone/schema.ts',
    "import '../../profiles/index.ts';",
    'profiles-only-in-compile',
    /profiles\/index\.ts$/,
  ],
  ['activities/run-command.ts', "import '@temporalio/activity';", notAllowed, /@temporalio\/activity\//],
  [
    'activities/clients/postgres/sql.ts',
    "import '@temporalio/activity';",
    notAllowed,
    /@temporalio\/activity\//,
  ],
  ['activities/clients/redact.ts', "import '../step-scope.ts';", notAllowed, /step-scope\.ts$/],
  [
    'activities/clients/openstack/cloud.ts',
    "import '../../../workers/compose.ts';",
    notAllowed,
    /compose\.ts$/,
  ],
  ['activities/host/files.ts', "import 'vitest';", 'no-dev-dependency', /\/vitest\//],
  ['workers/compose.ts', "import '../cli/terminal/settings.ts';", notAllowed, /settings\.ts$/],
  ['workers/compose.ts', "import '../test/boundary/tool.ts';", notAllowed, /tool\.ts$/],
  ['workers/supervise.ts', "import 'webpack';", 'no-undeclared-package', /\/webpack\//],
  ['workers/supervise.ts', "import './nowhere.ts';", 'no-unresolvable', /nowhere\.ts$/],
  ['cli/terminal/settings.ts', "import '../../activities/index.ts';", notAllowed, /activities\/index\.ts$/],
  ['cli/terminal/settings.ts', "import '../../workers/compose.ts';", notAllowed, /compose\.ts$/],
  ['cli/terminal/settings.ts', "import '../../workflows/engine/report.ts';", notAllowed, /report\.ts$/],
  ['cli/terminal/settings.ts', "import '../../workflows/box/plan.ts';", notAllowed, /plan\.ts$/],
  ['cli/terminal/settings.ts', "import '@temporalio/worker';", notAllowed, /@temporalio\/worker\//],
  ['cli/terminal/settings.ts', "import 'zod';", notAllowed, /\/zod\//],
  ['openstack-client-ts/src/key.ts', "import 'yaml';", notAllowed, /\/yaml\//],
  [
    'openstack-client-ts/src/key.ts',
    "import '../../workflows/contracts/box/cidr.ts';",
    notAllowed,
    /cidr\.ts$/,
  ],
  ['profiles/debian-13.ts', "import 'node:fs';", notAllowed, /^fs$/],
  [
    'workflows/contracts/box/brands.ts',
    "import type { SecretsArgs } from '../../ports/secrets.ts'; export type Slip = SecretsArgs;",
    'no-cycle',
  ],
  ['workflows/contracts/alone.ts', 'export const alone = 1;', 'no-orphan'],
  [
    'activities/host/forgotten.ts',
    "import { hostname } from 'node:os'; export const name = hostname();",
    'unreached',
  ],
];

/** Looks like a slip and is none. */
const allowedText =
  "import type { Issue } from '../contracts/box-spec.schema.ts'; export type Allowed = Issue;";

describe('rooms', () => {
  let tree: PlantedTree;
  let planted: Cruise;

  beforeAll(async () => {
    tree = plantedTree();
    for (const [file, text] of slips) tree.plant(file, text);
    tree.plant('workflows/engine/progress-publisher.ts', allowedText);
    planted = await cruise(tree.path);
  });
  afterAll(() => tree.remove());

  it.each(named(slips))('rooms() refuses it when $file holds $text', ({ file, rule, target }) => {
    const found = planted.summary.violations.filter(({ from, to, rule: { name } }) => {
      // A file that nothing reaches is reported the other way round by `reachable` rules.
      const subject = target === undefined ? [from, to].includes(file) : from === file && target.test(to);
      return subject && name === rule;
    });
    expect(found).not.toEqual([]);
  });

  it('rooms() allows it when a workflow takes a schema as a type', () => {
    expect(
      violationsOf(planted).filter((line) =>
        line.includes('engine/progress-publisher.ts -> workflows/contracts'),
      ),
    ).toEqual([]);
  });

  it('rooms() finds nothing when it looks at the tree, and every exception is in use', async () => {
    const cruised = await cruise(root);
    expect(violationsOf(cruised)).toEqual([]);
    const used = new Set(
      cruised.modules.flatMap(({ source, dependencies }) =>
        dependencies.map(({ resolved }) => `${source} -> ${resolved}`),
      ),
    );
    const unused = exceptions
      .flatMap(({ from, to }) => to.map((each) => `${from} -> ${each}`))
      .filter((arrow) => !used.has(arrow));
    expect(unused).toEqual([]);
  });
});

describe('workflows/tsconfig.json', () => {
  let tree: PlantedTree;
  beforeAll(() => {
    tree = plantedTree();
  });
  afterAll(() => tree.remove());

  const words = [
    "import { rm } from 'node:fs'; rm",
    'process.pid',
    "Buffer.from('')",
    'setTimeout(() => 1, 1)',
    "fetch('')",
    'console.log()',
  ];

  it('tsc() names each when a workflow uses what only Node or a browser has', async () => {
    words.forEach((word, index) =>
      tree.plant(`workflows/contracts/slip-${index}.ts`, `export {};\n${word};`),
    );
    const { exitCode, stdout } = await runTool('tsc', ['-p', 'workflows/tsconfig.json'], tree.path);
    const caught = words.filter((_word, index) => stdout.includes(`slip-${index}.ts(2,`));
    expect(caught).toEqual(words);
    expect(exitCode).not.toBe(0);
  });

  it('tsc() finds nothing when it looks at the tree', async () => {
    expect(await runTool('tsc', ['-p', 'workflows/tsconfig.json'], root)).toEqual({
      exitCode: 0,
      stdout: '',
    });
  });
});
