// SPDX-License-Identifier: Apache-2.0
// RotateCloudCredentials against a script that does what timers do, for the same users of the same Keystone. Asserts nothing.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { accessDirectory, readCloud } from '../activities/clients/openstack/access-files.ts';
import { tokenOrNull, type CloudLogin } from '../activities/clients/openstack/cloud.ts';
import { EmbeddedSecretStore } from '../activities/clients/secrets/secret-store.ts';
import { createKnownReaders } from '../test/system/keys/cloud-users.ts';
import { keystoneCalls } from '../test/system/keys/keystone-calls.ts';
import { Lab, labSpec, root } from '../test/system/lab.ts';
import { openstackProgram } from '../test/system/openstack-command.ts';
import { credentialRef, type PublishedCredential } from '../workflows/contracts/credentials/credential.ts';
import { taskQueue } from '../workflows/contracts/run/messages.ts';
import type { Progress } from '../workflows/contracts/run/progress.ts';

const spec = labSpec('bench-rotate', 63);
const cloud = { kind: 'cloud', name: 'bench' } as const;

/** As many as the spec of a cloud may list. */
const users = Array.from({ length: 50 }, (_, index) => `user-${String(index + 1).padStart(2, '0')}`);

interface RotationTimes {
  readonly seconds: number;
  /** Of tokens that were made just before by the credentials in use, one a user. */
  readonly tokensKilled: number;
}

export interface RotateTimes {
  readonly users: number;
  readonly workflow: RotationTimes;
  readonly script: RotationTimes;
  readonly ratio: number;
  /** Of the workflow's run. */
  readonly history: { readonly events: number; readonly bytes: number };
}

/** One run of each, one after the other, on users that have a credential already. */
export async function benchRotate(): Promise<RotateTimes> {
  const lab = await Lab.create();
  try {
    await lab.install(spec);
    await setUp(lab);
    await rotate(lab);
    const workflow = await timed(lab, () => rotate(lab));
    const script = await timed(lab, () => runScript(lab));
    const history = await historyOf(lab);
    const ratio = workflow.seconds / script.seconds;
    return { users: users.length, workflow, script, ratio, history };
  } finally {
    await lab.dispose(spec.name);
  }
}

/** Users whose passwords are known: setting one needs no approval. */
async function setUp(lab: Lab): Promise<void> {
  await createKnownReaders({ spec, stateDirectory: lab.stateDirectory }, cloud.name, users);
  const file = join(lab.stateDirectory, 'bench.yaml');
  const head = {
    apiVersion: 'holdfast/v1',
    kind: 'Cloud',
    name: cloud.name,
    administrator: `${spec.name}-admin`,
  };
  const text = { ...head, users: users.map((name) => ({ name, roles: ['reader'] })) };
  await writeFile(file, JSON.stringify(text));
  await lab.run('cli.js', ['cloud', 'record', file]);
}

const workflowId = `rotate-cloud/${cloud.name}`;

async function historyOf(lab: Lab): Promise<RotateTimes['history']> {
  const { workflow } = await lab.client();
  const { historyLength, historySize } = await workflow.getHandle(workflowId).describe();
  return { events: historyLength, bytes: historySize ?? 0 };
}

async function rotate(lab: Lab): Promise<number> {
  const { workflow } = await lab.client();
  const handle = await workflow.start('RotateCloudCredentials', {
    workflowId,
    taskQueue,
    args: [{ name: cloud.name }],
  });
  const { startedAt, endedAt = '' }: Progress = await lab.endOf(handle);
  return (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
}

async function runScript(lab: Lab): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  const python = join(dirname(await openstackProgram()), 'python');
  const clouds = join(accessDirectory(lab.stateDirectory, spec.name), 'clouds.yaml');
  const begun = performance.now();
  try {
    await execa(python, [join(root, 'bench', 'rotate-users.py'), folder, ...users], {
      env: { OS_CLIENT_CONFIG_FILE: clouds, OS_CLOUD: `${spec.name}-admin` },
    });
    return (performance.now() - begun) / 1000;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function timed(lab: Lab, run: () => Promise<number>): Promise<RotationTimes> {
  const tokens = await tokensInUse(lab);
  const seconds = await run();
  const keystone = await keystoneCalls(lab.stateDirectory, spec);
  let tokensKilled = 0;
  for (const token of tokens) if ((await keystone.statusOf(token)) !== 200) tokensKilled += 1;
  return { seconds, tokensKilled };
}

/** One of each user, by the credential that its consumers read. */
async function tokensInUse(lab: Lab): Promise<string[]> {
  const store = new EmbeddedSecretStore(join(lab.stateDirectory, 'secrets'));
  const login = await readCloud(accessDirectory(lab.stateDirectory, spec.name), `${spec.name}-admin`);
  const tokens: string[] = [];
  for (const user of users) {
    const stored = await store.get(credentialRef(cloud, user, 'published'));
    const { id, secret } = JSON.parse(stored?.value ?? '{}') as PublishedCredential;
    tokens.push(await tokenOf({ ...login, project: null, applicationCredential: { id, secret } }));
  }
  return tokens;
}

async function tokenOf(login: CloudLogin): Promise<string> {
  const token = await tokenOrNull(login);
  if (token === null) throw new Error('A published credential does not let in');
  return token.token;
}
