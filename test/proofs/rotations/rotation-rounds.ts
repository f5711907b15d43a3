// SPDX-License-Identifier: Apache-2.0
// Rotations of some users by three rotators at once that share nothing but the secret store, each killed at random moments,
// while a consumer logs in by what is published.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { accessDirectory, readCloud } from '../../../activities/clients/openstack/access-files.ts';
import { tokenOrNull, type CloudLogin } from '../../../activities/clients/openstack/cloud.ts';
import { EmbeddedSecretStore } from '../../../activities/clients/secrets/secret-store.ts';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import {
  credentialRef,
  type IssuedCredential,
  type PublishedCredential,
} from '../../../workflows/contracts/credentials/credential.ts';
import { taskQueue } from '../../../workflows/contracts/run/messages.ts';
import { bundleProgram } from '../../run-ts.mjs';
import { createKnownReaders } from '../../system/keys/cloud-users.ts';
import type { Lab } from '../../system/lab.ts';
import { generator } from '../crash/crash-plan.ts';
import { asAdministrator } from '../sabotage/sabotages.ts';
import type { RotatorMessage } from './rotator.ts';

const cloud = { kind: 'cloud', name: 'killed' } as const;
/** By how many seconds the clock of each rotator is ahead of Keystone's. */
const clocksAheadSeconds = [0, 3, -3];
/** Few, so that the rotators meet each other at one user. */
const users = ['alpha', 'beta', 'gamma', 'delta'];
/** Of a rotator, from its first step. @source a rotation takes one to three seconds */
const lifeSecondsMax = 9;
/** @source half a second on an idle machine */
const startSecondsMax = 60;

export interface RotationRounds {
  /** Generations that were published. */
  readonly published: number;
  /** By the activity in which a rotator was killed. */
  readonly kills: Readonly<Record<string, number>>;
  /** Rotations that ended as a whole, and those that another rotator or a refusal ended. */
  readonly ended: Readonly<Record<string, number>>;
  /** Logins by what consumers read. */
  readonly logins: number;
  readonly refused: readonly string[];
  /** Generations that two credentials have, or that none has. */
  readonly doubled: readonly string[];
  /** In Keystone after an undisturbed run, and named by no record. */
  readonly orphans: readonly string[];
  readonly seconds: number;
}

export class Rotations {
  readonly #store: EmbeddedSecretStore;
  readonly #kills: Record<string, number> = {};
  readonly #ended: Record<string, number> = {};
  readonly #refused: string[] = [];
  #logins = 0;
  #isOver = false;

  private constructor(
    private readonly lab: Lab,
    private readonly box: BoxSpec,
    private readonly program: string,
    private readonly chance: () => number,
  ) {
    this.#store = new EmbeddedSecretStore(join(lab.stateDirectory, 'secrets'));
  }

  /** Makes the users and records the cloud: a box with Keystone that the lab installed. */
  static async begin(lab: Lab, box: BoxSpec, seed: number): Promise<Rotations> {
    const program = await bundleProgram('test/proofs/rotations/rotator.ts');
    await createKnownReaders({ spec: box, stateDirectory: lab.stateDirectory }, cloud.name, users);
    const file = join(lab.stateDirectory, 'killed.yaml');
    const head = { apiVersion: 'holdfast/v1', kind: 'Cloud', name: cloud.name };
    const listed = users.map((name) => ({ name, roles: ['reader'] }));
    await writeFile(file, JSON.stringify({ ...head, administrator: `${box.name}-admin`, users: listed }));
    await lab.run('cli.js', ['cloud', 'record', file]);
    return new Rotations(lab, box, program, generator(seed));
  }

  /** Until so many generations are published, or the minutes are over. */
  async run(generations: number, minutes: number): Promise<RotationRounds> {
    const begun = Date.now();
    const lanes = clocksAheadSeconds.map((ahead) => this.#lane(ahead));
    const work = Promise.all([this.#consume(), ...lanes]).finally(() => (this.#isOver = true));
    // Waited for below; until then a rejection is not unhandled.
    work.catch(() => undefined);
    const isTimeOver = () => Date.now() - begun >= minutes * 60_000;
    while (!this.#isOver && this.#refused.length === 0 && !isTimeOver()) {
      if ((await this.#published()) >= generations) break;
      await pause(500);
    }
    this.#isOver = true;
    await work;
    for (const user of users) await this.#rotateUndisturbed(user);
    return {
      published: await this.#published(),
      kills: this.#kills,
      ended: this.#ended,
      logins: this.#logins,
      refused: this.#refused,
      doubled: (await Promise.all(users.map((user) => this.#doubled(user)))).flat(),
      orphans: (await Promise.all(users.map((user) => this.#orphans(user)))).flat(),
      seconds: Math.round((Date.now() - begun) / 1000),
    };
  }

  /** One rotator after another, each killed where it happens to be. */
  async #lane(aheadSeconds: number): Promise<void> {
    while (!this.#isOver) {
      const rotator = this.#spawn(aheadSeconds);
      const exit = once(rotator, 'exit');
      let doing = 'start';
      const speaks = new Promise<void>((resolve) => {
        rotator.on('message', (message: RotatorMessage) => {
          doing = this.#heard(message) ?? doing;
          resolve();
        });
      });
      // Its life begins with its first step: a busy machine takes seconds to start it.
      await Promise.race([speaks, exit, pause(startSecondsMax * 1000)]);
      const life = lifeSecondsMax * this.chance();
      await Promise.race([pause(life * 1000), exit]);
      // One that ended by itself has a bug that this proof is to show.
      if (rotator.exitCode !== null) throw new Error(`A rotator ended with ${rotator.exitCode} in ${doing}`);
      rotator.kill('SIGKILL');
      await exit;
      count(this.#kills, doing);
    }
  }

  #spawn(aheadSeconds: number): ChildProcess {
    const seed = String(Math.floor(this.chance() * 2 ** 32));
    // Without the options of the test's own process.
    return fork(this.program, [this.lab.stateDirectory, cloud.name, seed, String(aheadSeconds)], {
      execArgv: [],
    });
  }

  /** Which effect it begins, if it says so. */
  #heard(message: RotatorMessage): string | undefined {
    if (message.kind === 'effect') return message.activity;
    const { ended } = message;
    const how = ended === null ? 'whole' : `${ended.step.split('.').at(-1)}: ${ended.failure.code}`;
    count(this.#ended, how);
    return 'between';
  }

  /** As programs do that read what is published: the present one lets in, and so does the one before. */
  async #consume(): Promise<void> {
    const login = await readCloud(
      accessDirectory(this.lab.stateDirectory, this.box.name),
      `${this.box.name}-admin`,
    );
    while (!this.#isOver)
      for (const user of users) {
        await this.#tryBoth(user, login);
        await pause(100);
      }
  }

  async #tryBoth(user: string, login: CloudLogin): Promise<void> {
    for (const credential of namedBy(await this.#readPublished(user))) {
      const { id, secret } = credential;
      const own: CloudLogin = { ...login, project: null, applicationCredential: { id, secret } };
      this.#logins += 1;
      if ((await tokenOrNull(own)) !== null) continue;
      // Two publications since it was read have it deleted, and consumers read another one.
      const named = namedBy(await this.#readPublished(user));
      if (named.some((each) => each.id === id)) this.#refused.push(credential.name);
    }
  }

  /** A rotator that nobody kills, until it has rotated this user. */
  async #rotateUndisturbed(user: string): Promise<void> {
    const before = (await this.#readPublished(user))?.generation ?? 0;
    const { workflow } = await this.lab.client();
    const handle = await workflow.start('RotateCloudCredentials', {
      workflowId: `rotate-cloud/${cloud.name}`,
      taskQueue,
      args: [{ name: cloud.name, users: [user] }],
    });
    await this.lab.endOf(handle);
    const after = (await this.#readPublished(user))?.generation ?? 0;
    if (after !== before + 1) this.#refused.push(`${user}: generation ${before}, then ${after}`);
  }

  async #published(): Promise<number> {
    const all = await Promise.all(users.map((user) => this.#readPublished(user)));
    return all.reduce((sum, one) => sum + (one?.generation ?? 0), 0);
  }

  async #readPublished(user: string): Promise<PublishedCredential | null> {
    const stored = await this.#store.get(credentialRef(cloud, user, 'published'));
    return stored === null ? null : (JSON.parse(stored.value) as PublishedCredential);
  }

  /** The store keeps every version: the n-th has to be of generation n, and to keep the one before. */
  async #doubled(user: string): Promise<string[]> {
    const reference = credentialRef(cloud, user, 'published');
    const newest = (await this.#store.get(reference))?.version ?? 0;
    const { generation = 0 } = (await this.#readPublished(user)) ?? {};
    return newest === generation ? [] : [`${user}: version ${newest} is of generation ${generation}`];
  }

  async #orphans(user: string): Promise<string[]> {
    const named = namedBy(await this.#readPublished(user)).map(({ id }) => id);
    const target = { spec: this.box, stateDirectory: this.lab.stateDirectory };
    return asAdministrator(target, async ({ identity }) => {
      const found = await identity.users.find({ name: user, domainId: 'default' });
      const all = await identity.applicationCredentials.list(found?.id ?? '');
      return all.filter(({ id }) => !named.includes(id)).map(({ name }) => name);
    });
  }
}

const namedBy = (published: PublishedCredential | null): IssuedCredential[] =>
  published === null ? [] : [published, ...(published.previous === null ? [] : [published.previous])];

function count(counts: Record<string, number>, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
}
