// SPDX-License-Identifier: Apache-2.0
// A mirror of all kinds in a real box, its worker killed at every kind's fetch and while it publishes: nothing is fetched twice,
// no client sees a half, and real clients that reach nothing but the mirror take everything.
// Proves: workflows/box/mirror workflows/operations/refresh-mirrors workflows/operations/change-mirror activities/mirror
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Of, type UpstreamServer } from '../../mirror/upstream-server.ts';
import { MirrorSite, address, outside, served, site } from './stand.ts';
import { read } from './readers.ts';

let stand: MirrorSite;

beforeAll(async () => {
  stand = await MirrorSite.begin();
});

afterAll(async () => {
  await stand?.end();
});

const done = { exitCode: 0 };

describe('a mirror site in a box', () => {
  it('is installed, and refreshed behind a worker that is killed at every fetch', async () => {
    expect(await stand.holdfast('mirrors', 'install', await stand.spec())).toMatchObject(done);
    const { pypi, galaxy, git, oci } = stand.upstreams;
    stand.upstreams.forget();
    stand.upstreams.throttle(500_000);
    const plans = ['pypi', 'ansible', 'git', 'oci'].map((kind) => `${kind}.fetched.after`);
    let left: ReadonlyMap<string, number> = new Map();
    const marks = new Map<UpstreamServer, number>();
    const { progress, crashes } = await stand.through(
      ['mirrors', 'refresh', site],
      'refresh-mirrors',
      plans,
      async () => {
        left = await stand.killOnce(() => [pypi, galaxy].every(({ sentBytes }) => sentBytes > 500_000));
        for (const server of [pypi, galaxy]) marks.set(server, server.asked.length);
        stand.upstreams.throttle(Number.POSITIVE_INFINITY);
      },
    );
    expect(progress.phase).toBe('done');
    expect([...crashes].sort()).toEqual([...plans].sort());
    // Its limit is 2,000 events, however many files there are.
    expect(await stand.record('refresh-mirrors-crashes', 'refresh-mirrors')).toBeLessThan(2000);
    // The next worker goes on exactly where the disk ends, and no file that is whole is asked for again.
    const onDisk = [pypi, galaxy].flatMap(({ files }) =>
      [...files].flatMap(([path, bytes]) => {
        const size = left.get(sha256Of(bytes));
        return size === undefined ? [] : [`${path} from ${size}`];
      }),
    );
    const wentOn = [...marks].flatMap(([{ asked }, mark]) => {
      const ranges = asked.slice(mark).filter(({ range }) => range !== undefined);
      const paths = [...new Set(ranges.map(({ path }) => path))];
      return paths.map((path) => {
        const first = ranges.find((each) => each.path === path)?.range ?? '';
        return `${path} from ${/\d+/.exec(first)?.[0] ?? ''}`;
      });
    });
    expect(onDisk.length).toBeGreaterThan(1);
    expect(wentOn.sort()).toEqual(onDisk.sort());
    // A pack is made as it is sent: one that was cut off comes again, and none that came does.
    const [main = '', ...others] = new Set(git.wanted);
    expect(others).toHaveLength(1);
    expect(git.wanted.lastIndexOf(main)).toBeLessThan(git.wanted.indexOf(others[0] ?? ''));
    // Each layer of the wanted platform once, but for what was on the way when a worker died.
    const blobs = oci.asked.filter((each) => /^GET .*\/blobs\//.test(each));
    expect(new Set(blobs).size).toBe(3);
    console.info(`blobs asked for: ${blobs.length} of 3, ${oci.sentBytes} bytes sent`);
    console.info(`went on: ${wentOn.join(', ')}; packs asked for: ${git.wanted.length} of 2`);
  });

  it('serves real clients that reach nothing else', async () => {
    await stand.attach();
    expect(await stand.statusOf(`http://${outside}/hello`)).toBe('000');
    expect((await stand.packages('app')).stdout.split('\n')).toEqual([
      './app_1.0_all.deb',
      './libs_1.0_all.deb',
    ]);
    expect(await stand.wheel('one-thing==1.0')).toMatchObject(done);
    expect(await stand.wheel('other-thing')).not.toMatchObject(done);
    expect(await stand.collection('lab.tools')).toMatchObject(done);
    expect(await stand.clone('playbooks', 'stable')).toMatchObject(done);
    expect(await stand.image('stable')).toMatchObject(done);
    expect(await stand.image('none')).not.toMatchObject(done);
    const { revision } = await stand.status();
    expect((await stand.inClients('curl', '-sS', `http://${served}/`)).stdout).toContain(
      revision.slice(0, 16),
    );
    const page = (await stand.inClients('curl', '-sS', `http://${served}/sbom/${revision}.html`)).stdout;
    for (const name of ['app', 'one-thing', 'lab.tools', 'playbooks', 'team/app'])
      expect(page).toContain(name);
    for (const path of ['staging/lab/dists/stable/InRelease', 'staging-git/playbooks.git/info/refs'])
      expect(await stand.statusOf(`http://${served}/${path}`)).toBe('403');
  });

  it('lets through its proxy what is allowed, tells what was refused, and allows it', async () => {
    const url = `http://${outside}/hello`;
    expect(await stand.throughProxy(`http://${address}/health`)).toBe('200');
    expect(await stand.throughProxy(url)).toBe('403');
    const refused = await stand.holdfast('mirrors', 'audit', site, '--exit-code');
    expect(refused.exitCode).toBe(3);
    expect(refused.all).toContain(`holdfast mirrors allow ${site} ${outside}`);
    expect(await stand.holdfast('mirrors', 'allow', site, outside)).toMatchObject(done);
    expect(await stand.throughProxy(url)).toBe('200');
    expect(await stand.throughProxy('http://unknown.test/')).toBe('403');
    const audited = await stand.holdfast('mirrors', 'audit', site);
    expect(audited.all).toContain(`${outside}:80`);
    expect(audited.all).not.toContain(`mirrors allow ${site} ${outside}`);
  });

  it('mirrors one thing more of each kind, and one less, also for a program', async () => {
    const added = [
      ['ansible', 'lab.more', 'role:lab.demo'],
      ['git', 'playbooks#v1'],
    ] as const;
    for (const words of added)
      expect(await stand.holdfast('mirrors', 'add', site, ...words)).toMatchObject(done);
    const refused = await stand.post({ mode: 'add', packages: ['not a project'] });
    expect([refused.status, refused.said]).toEqual([
      422,
      expect.stringContaining('is not a Python project') as string,
    ]);
    const taken = await stand.post({ mode: 'add', packages: ['other-thing'] });
    expect([taken.status, taken.said]).toEqual([
      202,
      expect.stringContaining('+ pypi lab: other-thing') as string,
    ]);
    expect(await stand.holdfast('op', 'watch', `change-mirror/${site}`)).toMatchObject(done);
    expect(await stand.wheel('other-thing')).toMatchObject(done);
    expect(await stand.collection('lab.more')).toMatchObject(done);
    expect(await stand.role('lab.demo')).toMatchObject(done);
    expect(await stand.clone('playbooks', 'v1')).toMatchObject(done);
    expect(await stand.holdfast('mirrors', 'remove', site, 'ansible', 'lab.more')).toMatchObject(done);
    expect(await stand.collection('lab.more')).not.toMatchObject(done);
    expect(await stand.collection('lab.tools')).toMatchObject(done);
  });

  it('loses none of two changes that begin at once', async () => {
    const commands = [
      ['mirrors', 'allow', site, 'one.test'],
      ['mirrors', 'add', site, 'deb', 'extra'],
    ] as const;
    const ends = await Promise.all(commands.map((words) => stand.holdfast(...words)));
    const refused = commands.filter((_, index) => ends[index]?.exitCode !== 0);
    console.info(
      `of two at once ${refused.length} is refused: ${ends.map(({ all }) => all.slice(-300)).join(' | ')}`,
    );
    expect(refused.length).toBeLessThan(2);
    for (const words of refused) expect(await stand.holdfast(...words)).toMatchObject(done);
    const { deb, proxy } = await stand.recorded();
    expect(deb[0]?.packages).toEqual(['app', 'extra']);
    expect(proxy?.allow).toEqual([outside, 'one.test']);
    expect((await stand.packages('extra')).stdout).toContain('extra_1.0_all.deb');
  });

  it('is published and taken back behind killed workers under readers, none of which sees a half', async () => {
    const before = await stand.status();
    const stop = read(`http://${address}`, { count: 2 });
    await stand.upstreams.serve(2);
    const plans = ['staged.after', 'published.before', 'published.during', 'published.after'];
    const { progress, crashes } = await stand.through(['mirrors', 'refresh', site], 'refresh-mirrors', plans);
    expect(progress.phase).toBe('done');
    const after = await stand.status();
    expect(after.revision).not.toBe(before.revision);
    const back = await stand.through(['mirrors', 'rollback', site], 'rollback-mirror', [
      'published.during',
      'published.after',
    ]);
    expect(back.progress.phase).toBe('done');
    await stand.record('rollback-mirror-crashes', 'rollback-mirror');
    expect((await stand.status()).revision).toBe(before.revision);
    const { whole, torn } = await stop();
    console.info(
      `killed at ${[...crashes, ...back.crashes].join(', ')}; whole reads: ${JSON.stringify(whole)}`,
    );
    expect(torn).toEqual([]);
    expect(crashes).toEqual(expect.arrayContaining(['published.before', 'published.after']));
    for (const count of Object.values(whole)) expect(count).toBeGreaterThan(5);
    expect((await stand.packages('app')).stdout).toContain('app_1.0_all.deb');
  });
});
