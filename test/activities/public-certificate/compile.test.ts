// SPDX-License-Identifier: Apache-2.0
// A box whose spec names an authority: refused before anything happens where that one cannot certify it. Real files, no server.
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clients } from '../../../activities/clients/index.ts';
import { compileActivities } from '../../../activities/operation/compile.ts';
import { writePrivate } from '../../../cli/terminal/files.ts';
import { recordWanted } from '../../../cli/records/wanted-spec.ts';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import type { PublicCertificateArgs } from '../../../workflows/contracts/authority/public-certificate.ts';
import type { CompiledStep } from '../../../workflows/contracts/run/table.ts';
import type { FileArgs } from '../../../workflows/ports/host.ts';
import { exampleAuthority } from '../../plans/example-ceremony.ts';
import { labSpec } from '../../system/lab.ts';
import { ceremonyOf, softwareRoot } from '../authority/software-root.ts';

const root = softwareRoot();
let stateDirectory: string;
beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
  await record('authorities/lab/spec.json', { ...exampleAuthority(), root: root.spec });
  await record('authorities/lab/ceremonies/1/ceremony.json', ceremonyOf(root.spec));
  await record('authorities/lab/activation.json', activation);
});
afterEach(() => rm(stateDirectory, { recursive: true }));

const at = '2026-11-30T00:00:00.000Z';
const activation = {
  generation: 1,
  activatedAt: at,
  leaf: { serial: '4a', issuer: 'CN=Lab Intermediate 1', ends: at },
};
const debian = { mirror: 'http://deb.debian.org/debian' };
const record = (path: string, value: unknown) =>
  writePrivate(join(stateDirectory, path), typeof value === 'string' ? value : JSON.stringify(value));
const certified = (name: string, net: number, access = `${name}.cloud.example`): BoxSpec =>
  labSpec(name, net, { debian, certificates: { authority: 'lab' }, access: { name: access } });

async function digestOf(path: string): Promise<string> {
  const text = await readFile(join(stateDirectory, path), 'utf8');
  return createHash('sha256').update(text).digest('hex');
}

async function compiled(operation: string, input: unknown): Promise<readonly CompiledStep[]> {
  const data = [...Buffer.from(JSON.stringify(input))];
  const { compile } = compileActivities({ stateDirectory } as Clients);
  return (await compile({ operation, payloads: [{ encoding: 'json/plain', data }] })).table.steps;
}

const install = async (spec: BoxSpec): Promise<readonly CompiledStep[]> =>
  compiled('install-box', await recordWanted({ io: { writePrivate }, stateDirectory }, spec));
const refusal = (spec = certified('one', 31)): Promise<string> =>
  install(spec).then(
    () => 'accepted',
    (error: Error) => error.message,
  );

describe('compile() of a box that an authority certifies', () => {
  it('is accepted when the authority is recorded, active, and may certify the name', async () => {
    expect(await refusal()).toBe('accepted');
    const ids = (await install(certified('one', 31))).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['public.client', 'public.certificate', 'public.served']));
  });

  it('is refused while the authority is not recorded, with the next command', async () => {
    await rm(join(stateDirectory, 'authorities'), { recursive: true });
    expect(await refusal()).toMatch(
      /certificates\.authority: There is no authority lab .*holdfast ca record/,
    );
  });

  it('is refused while the spec of the authority has no server', async () => {
    const { server: _, ...without } = exampleAuthority();
    await record('authorities/lab/spec.json', without);
    expect(await refusal()).toMatch(/certificates\.authority: Authority lab issues nothing/);
  });

  it('is refused before an intermediate is active, and where the record of that is damaged', async () => {
    await record('authorities/lab/activation.json', '{');
    expect(await refusal()).toMatch(/certificates\.authority: .*activation\.json is damaged/);
    await rm(join(stateDirectory, 'authorities/lab/activation.json'));
    expect(await refusal()).toMatch(/No intermediate of authority lab is active; .*holdfast ca activate lab/);
  });

  it('is refused for a name that the active intermediate may not certify, whatever the spec says by now', async () => {
    expect(await refusal(certified('one', 31, 'one.example'))).toMatch(
      /access\.name: Authority lab may not certify one\.example: it is for cloud\.example/,
    );
    expect(await refusal(certified('one', 31, 'one.old.cloud.example'))).toMatch(/access\.name: /);
    const { profile } = exampleAuthority();
    const widened = { ...profile, permitted: [...profile.permitted, 'one.example'] };
    await record('authorities/lab/spec.json', { ...exampleAuthority(), root: root.spec, profile: widened });
    expect(await refusal(certified('one', 31, 'one.example'))).toMatch(/access\.name: /);
  });

  it('tells the authority the names of all its boxes, this one by the spec that is installed', async () => {
    await record('boxes/one/spec.json', certified('one', 31, 'former.cloud.example'));
    await record('boxes/two/spec.json', certified('two', 32));
    await record('boxes/other/spec.json', labSpec('other', 33, { debian }));
    const steps = await install(certified('one', 31));
    const taken = steps.find(({ id }) => id === 'public.certificate')?.apply?.args as PublicCertificateArgs;
    expect(taken.hosts.split('\n').slice(-4)).toEqual([
      expect.stringMatching(/^10\.77\.3\.2 lab-ca ca\.cloud\.example /),
      '10.78.31.2 one.cloud.example',
      '10.78.32.2 two.cloud.example',
      '',
    ]);
  });

  it('has the install of the authority write the same names', async () => {
    await record('boxes/two/spec.json', certified('two', 32));
    const [taken] = (await install(certified('one', 31))).filter(({ id }) => id === 'public.certificate');
    await record('boxes/one/spec.json', certified('one', 31));
    const authority = { ...exampleAuthority(), root: root.spec };
    const server = { ...authority.server, debian };
    await record('authorities/lab/spec.json', { ...authority, server });
    const specDigest = await digestOf('authorities/lab/spec.json');
    const steps = await compiled('install-ca', { name: 'lab', specDigest });
    const { files } = steps.find(({ id }) => id === 'names')?.apply?.args as { files: FileArgs[] };
    expect(files[0]?.content).toBe((taken?.apply?.args as PublicCertificateArgs).hosts);
  });

  it('is refused while the spec of another box cannot be read: its name would be forgotten', async () => {
    await record('boxes/two/spec.json', '{');
    expect(await refusal()).toMatch(/boxes\/two|box two/);
  });
});
