// SPDX-License-Identifier: Apache-2.0
// Bundles over a gap: the same revision on the far side, only what is new when a receipt came back, and ssh-keygen as a judge.
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSignedReceipt } from '../../../activities/clients/bundle/receipt-file.ts';
import { newSiteKey, publicLineOf, sshSign } from '../../../activities/clients/bundle/site-key.ts';
import { planBundle } from '../../../activities/mirror/bundle/plan.ts';
import { takeSegments } from '../../../activities/mirror/bundle/take.ts';
import { completeDifferences } from '../../../activities/mirror/bundle/unpack.ts';
import { readPublished } from '../../../activities/mirror/pointer.ts';
import { storeOf } from '../../../activities/mirror/site.ts';
import { bundleNamespace, segmentsOf, type Bundle } from '../../../workflows/contracts/mirror/bundle.ts';
import { sha256Of } from '../upstream-server.ts';
import { BundleLab } from './bundle-lab.ts';

let lab: BundleLab;

beforeEach(async () => {
  lab = await BundleLab.create();
});

afterEach(async () => {
  await lab.remove();
});

const bundleText = (): Promise<string> => readFile(join(lab.medium, 'bundle.json'), 'utf8');
const bundle = async (): Promise<Bundle> => JSON.parse(await bundleText()) as Bundle;
const segmentNames = async (): Promise<string[]> =>
  (await readdir(lab.medium)).filter((name) => name.startsWith('segment-')).sort();

/** Sizes below, at and above that of a segment. */
const sizes = [10, 65_536, 40_000, 30_000, 200_000, 0, 65_537];

describe('segmentsOf()', () => {
  it('keeps what fits whole, cuts what fits into none, and carries every byte once', () => {
    const contents = sizes.map((size, index) => ({ digest: String(index), size }));
    const segments = segmentsOf({ contents, segmentBytes: 65_536 });
    for (const { size, chunks } of segments) {
      expect(size).toBeLessThanOrEqual(65_536);
      expect(chunks.reduce((sum, { length }) => sum + length, 0)).toBe(size);
    }
    for (const { digest, size } of contents) {
      const chunks = segments.flatMap((each) => each.chunks).filter((each) => each.digest === digest);
      expect(chunks.length).toBe(Math.max(1, Math.ceil(size / 65_536)));
      expect(chunks.reduce((sum, { from, length }) => (from === sum ? sum + length : Number.NaN), 0)).toBe(
        size,
      );
    }
    expect(segments.map(({ name }) => name).slice(0, 2)).toEqual(['segment-00001', 'segment-00002']);
  });
});

describe('a bundle', () => {
  it('brings the far site the very revision, under its own key a receipt comes back', async () => {
    const revision = await lab.publishNear('1', sizes);
    await lab.exportBundle();
    const path = await lab.importBundle();
    expect(await readPublished(lab.far.site)).toMatchObject({ revision });
    const { receipt } = await readSignedReceipt(path, 'near', [lab.far.publicKey]);
    expect(receipt).toMatchObject({
      receiver: 'far',
      generation: 1,
      revision,
      bundle: sha256Of(Buffer.from(await bundleText())),
    });
    for (const { digest, size } of (await bundle()).contents)
      expect(await storeOf(lab.far.site).soundness({ digest, size })).toBe('sound');
    expect(await readdir(lab.far.site.data)).not.toContain('incoming');
  });

  it('carries only what the receipt does not list', async () => {
    await lab.publishNear('1', sizes);
    await lab.exportBundle();
    const path = await lab.importBundle();
    const first = await bundle();
    const second = await lab.publishNear('1', [...sizes, 12_345]);
    await rm(lab.medium, { recursive: true });
    await lab.exportBundle({ since: { path, digest: sha256Of(await readFile(path)) } });
    const delta = await bundle();
    expect(delta.generation).toBe(2);
    expect(
      delta.contents.filter(({ digest }) => first.contents.some((each) => each.digest === digest)),
    ).toEqual([]);
    // One new file, its manifest and the revision.
    expect(delta.contents).toHaveLength(3);
    await lab.importBundle();
    expect(await readPublished(lab.far.site)).toMatchObject({ revision: second });
  });

  it('names what the far site lost since its receipt, and publishes nothing', async () => {
    const before = await lab.publishNear('1', sizes);
    await lab.exportBundle();
    const path = await lab.importBundle();
    const lost = (await bundle()).contents.find(({ size }) => size === 40_000)?.digest ?? '';
    await lab.publishNear('1', [...sizes, 12_345]);
    await rm(lab.medium, { recursive: true });
    await lab.exportBundle({ since: { path, digest: sha256Of(await readFile(path)) } });
    await storeOf(lab.far.site).remove(lost);
    const scope = await lab.take();
    expect(await completeDifferences(lab.far.site, scope)).toMatchObject([
      { what: 'stored file of thing-1.2-py3-none-any.whl', have: 'absent' },
    ]);
    expect(await readPublished(lab.far.site)).toMatchObject({ revision: before });
  });

  it('is signed as ssh-keygen verifies it, and ssh-keygen signs it as a site verifies it', async () => {
    await lab.publishNear('1', [10]);
    await lab.exportBundle();
    const allowed = join(lab.folder, 'allowed');
    await writeFile(allowed, `near ${lab.near.publicKey}\n`);
    const verified = await execa(
      'ssh-keygen',
      [
        '-Y',
        'verify',
        '-f',
        allowed,
        '-I',
        'near',
        '-n',
        bundleNamespace,
        '-s',
        join(lab.medium, 'near.sig'),
      ],
      { input: await bundleText() },
    );
    expect(verified.stdout).toContain('Good "holdfast-bundle" signature for near');
    const person = join(lab.folder, 'person');
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', person]);
    const line = (await readFile(`${person}.pub`, 'utf8')).trim().split(' ').slice(0, 2).join(' ');
    lab.receives = { site: 'near', signers: [lab.near.publicKey, line], threshold: 2 };
    await expect(lab.admitted()).rejects.toMatchObject({ facts: { cause: '1 of 2 good signatures' } });
    await execa('ssh-keygen', [
      '-Y',
      'sign',
      '-n',
      bundleNamespace,
      '-f',
      person,
      join(lab.medium, 'bundle.json'),
    ]);
    await expect(lab.admitted()).resolves.toMatch(/^[0-9a-f]{64}$/);
  });

  it('is not taken twice, and none older is', async () => {
    await lab.publishNear('1', [10]);
    await lab.exportBundle();
    const older = join(lab.folder, 'older');
    await rename(lab.medium, older);
    await lab.publishNear('2', [10]);
    await lab.exportBundle();
    await lab.importBundle();
    await expect(lab.admitted()).rejects.toMatchObject({
      facts: { cause: 'it was imported already, as generation 2' },
    });
    await rename(lab.medium, join(lab.folder, 'newer'));
    await rename(older, lab.medium);
    await expect(lab.admitted()).rejects.toMatchObject({
      facts: { cause: 'its generation 1 is not above 2, which is published' },
    });
  });

  it('waits for the medium that has the rest, in any order, and keeps what it took', async () => {
    const revision = await lab.publishNear('1', sizes);
    await lab.exportBundle();
    const names = await segmentNames();
    expect(names.length).toBeGreaterThan(5);
    const shelf = join(lab.folder, 'shelf');
    await mkdir(shelf);
    for (const name of names) await rename(join(lab.medium, name), join(shelf, name));
    const run = lab.newRun();
    const { site } = lab.far;
    for (const name of [...names].reverse()) {
      await rename(join(shelf, name), join(lab.medium, name));
      const taking = lab.take(run);
      if (name !== names[0])
        await expect(taking).rejects.toMatchObject({ code: 'NeedsOperator', facts: { on: lab.medium } });
      else await taking;
      await rm(join(lab.medium, name));
    }
    expect(await takeSegments(site, { folder: lab.medium }, lab.scope(run))).toMatch(/^0 of/);
    await lab.importBundle(run);
    expect(await readPublished(site)).toMatchObject({ revision });
  });
});

describe('planBundle()', () => {
  it('goes on with the part of the same bundle, under its generation', async () => {
    await lab.publishNear('1', sizes);
    await lab.exportBundle();
    const text = await bundleText();
    const [, second = ''] = await segmentNames();
    const first = await stat(join(lab.medium, 'segment-00001'));
    await rm(join(lab.medium, second));
    await lab.exportBundle();
    expect(await bundleText()).toBe(text);
    expect((await stat(join(lab.medium, 'segment-00001'))).mtimeMs).toBe(first.mtimeMs);
    expect(await segmentNames()).toContain(second);
  });

  it.each([
    ['another bundle', async () => lab.publishNear('2', [11])],
    ['segments of nobody', async () => rm(join(lab.medium, 'bundle.json'))],
  ])('refuses a folder with %s, and changes nothing in it', async (_, change) => {
    await lab.publishNear('1', sizes);
    await lab.exportBundle();
    await change();
    const before = await readdir(lab.medium);
    const planning = planBundle(lab.near.site, lab.exportArgs(), lab.scope());
    await expect(planning).rejects.toMatchObject({
      code: 'Conflict',
      message: 'The folder holds another bundle',
    });
    expect(await readdir(lab.medium)).toEqual(before);
  });

  it('refuses to export what is not published, and other sources than are', async () => {
    const none = planBundle(lab.near.site, lab.exportArgs(), lab.scope());
    await expect(none).rejects.toMatchObject({ message: 'Nothing is published by near' });
    await lab.publishNear('1', [10]);
    const others = planBundle(lab.near.site, lab.exportArgs({ pypi: [] }), lab.scope());
    await expect(others).rejects.toMatchObject({ code: 'PreconditionFailed' });
  });
});

describe('readSignedReceipt()', () => {
  it('refuses a receipt by another key, of another site, or altered', async () => {
    await lab.publishNear('1', [10]);
    await lab.exportBundle();
    const path = await lab.importBundle();
    const read = (receivers: readonly string[], site = 'near') => readSignedReceipt(path, site, receivers);
    await expect(read([lab.far.publicKey])).resolves.toMatchObject({ receipt: { site: 'near' } });
    await expect(read([publicLineOf(newSiteKey())])).rejects.toMatchObject({
      facts: { cause: 'it was made with another key' },
    });
    await expect(read([])).rejects.toMatchObject({ code: 'Rejected' });
    await expect(read([lab.far.publicKey], 'other')).rejects.toMatchObject({ code: 'Rejected' });
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"generation":1', '"generation":9'));
    await expect(read([lab.far.publicKey])).rejects.toMatchObject({
      facts: { cause: 'it is over another message' },
    });
    // A bundle's signature over the same bytes is none of a receipt.
    const [line = ''] = text.split('\n');
    const signed = `${line}\n`;
    await writeFile(path, signed + sshSign(lab.far.privateKey, Buffer.from(signed), bundleNamespace));
    await expect(read([lab.far.publicKey])).rejects.toMatchObject({
      facts: { cause: 'it is for holdfast-bundle, not for holdfast-receipt' },
    });
  });
});
