// SPDX-License-Identifier: Apache-2.0
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { machineFindings } from '../../../activities/host/preflight-machine.ts';
import { byApt, sourceFindings } from '../../../activities/host/preflight-sources.ts';
import type { PreflightArgs } from '../../../workflows/ports/host.ts';

const easy: PreflightArgs = {
  box: 'lab',
  link: 'hf-lab',
  recipe: '0',
  suite: 'trixie',
  packages: [],
  access: {},
  sources: [],
  management: { cidr: '10.77.1.0/24', address: '10.77.1.2', gateway: '10.77.1.1' },
  diskFreeMebibytesMin: 1,
  memoryMebibytesMin: 1,
  processorsMin: 1,
};
const terabytes = 2 ** 40;

describe('machineFindings()', () => {
  it('machineFindings() finds nothing when little is asked for', async () => {
    expect(await machineFindings(easy, [tmpdir(), '/'])).toEqual([]);
  });

  it('machineFindings() names memory with what there is when the minimum is impossible', async () => {
    const [finding, ...others] = await machineFindings({ ...easy, memoryMebibytesMin: terabytes }, []);
    expect(finding?.what).toBe('too little memory');
    expect(finding?.have).toMatch(/^\d+ MiB available$/);
    expect(finding?.want).toContain(`${terabytes} MiB`);
    expect(others).toEqual([]);
  });

  it('machineFindings() names processors when the minimum is impossible', async () => {
    const [finding] = await machineFindings({ ...easy, processorsMin: 100_000 }, []);
    expect(finding).toMatchObject({ what: 'too few processors', want: '100000' });
  });

  it('machineFindings() names each folder, also one that is not made yet, when its disk is too full', async () => {
    const absent = `${tmpdir()}/holdfast-not-made/below`;
    const args = { ...easy, diskFreeMebibytesMin: terabytes };
    const findings = await machineFindings(args, [tmpdir(), absent]);
    expect(findings.map(({ what }) => what)).toEqual([
      `disk of ${tmpdir()} too full`,
      `disk of ${absent} too full`,
    ]);
    // One disk, asked twice: others write to it in between.
    for (const { have } of findings) expect(have).toMatch(/^[1-9]\d* MiB free$/);
    expect(findings[0]?.want).toContain('HOLDFAST_CACHE');
  });

  it('machineFindings() names everything at once when everything is too little', async () => {
    const none = { diskFreeMebibytesMin: terabytes, memoryMebibytesMin: terabytes, processorsMin: 100_000 };
    expect(await machineFindings({ ...easy, ...none }, ['/'])).toHaveLength(3);
  });
});

describe('sourceFindings()', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  const release = (date: string): string => `Origin: Debian\nDate: ${date}\nAcquire-By-Hash: yes\n`;
  const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toUTCString();
  interface Answer {
    readonly status: number;
    readonly body: string;
    readonly headers?: Readonly<Record<string, string>>;
  }
  const good: Answer = { status: 200, body: release(inHours(-200)) };

  /** The URL of a Release file on a server that gives one answer after the other, the last one again. */
  async function source(...answers: readonly Answer[]): Promise<string> {
    let next = 0;
    const server = createServer((_request, response) => {
      const { status = 500, body = '', headers = {} } = answers[Math.min(next++, answers.length - 1)] ?? {};
      response.writeHead(status, headers).end(body);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/debian/dists/trixie/InRelease`;
  }
  const found = (sources: readonly string[], proxies = {}) => sourceFindings(sources, byApt(proxies));

  it('sourceFindings() finds nothing when the sources answer and the clock can be right', async () => {
    const ahead = { status: 200, body: release(inHours(23)) };
    expect(await found([await source(good), await source(ahead)])).toEqual([]);
    expect(await found([])).toEqual([]);
  });

  it('sourceFindings() asks again when a source was busy', async () => {
    expect(await found([await source({ status: 503, body: '' }, good)])).toEqual([]);
  });

  it('sourceFindings() names the cause and the way out when the port is closed', async () => {
    const url = await source(good);
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    const [finding, ...others] = await found([url]);
    expect(finding?.what).toBe(`package source ${url} does not answer apt`);
    expect(finding?.have).toContain('Connection refused');
    expect(finding?.want).toContain('debian.mirror');
    expect(others).toEqual([]);
  });

  it.each([404, 403, 500])('sourceFindings() names the answer when it is %i', async (status) => {
    const url = await source({ status, body: 'no' });
    const [finding] = await found([url]);
    expect(finding).toMatchObject({ what: `package source ${url} does not answer apt` });
    expect(finding?.have).toContain(String(status));
  });

  it('sourceFindings() refuses a page that is no Release file', async () => {
    const url = await source({ status: 200, body: '<html>Please log in</html>' });
    expect(await found([url])).toMatchObject([{ what: `package source ${url} is none` }]);
  });

  it('sourceFindings() tells the hour of the list when the clock is behind it', async () => {
    const url = await source({ status: 200, body: release(inHours(25)) });
    expect(await found([url])).toMatchObject([
      { what: 'clock is wrong', want: expect.stringContaining('127.0.0.1 made its list') },
    ]);
  });

  it.each([25, -25])(
    'sourceFindings() tells the hour of the source when its clock is %i hours away',
    async (hours) => {
      const url = await source({ ...good, headers: { date: inHours(hours) } });
      expect(await found([url])).toMatchObject([
        { what: 'clock is wrong', want: expect.stringContaining('as 127.0.0.1 says') },
      ]);
    },
  );

  it('sourceFindings() counts the age of an answer from a cache', async () => {
    const url = await source({ ...good, headers: { date: inHours(-30), age: String(30 * 3600) } });
    expect(await found([url])).toEqual([]);
  });

  it('sourceFindings() goes through the proxy of the environment', async () => {
    const proxy = new URL(await source(good)).origin;
    expect(await found(['http://only-behind-the-proxy.invalid/InRelease'], { http_proxy: proxy })).toEqual(
      [],
    );
  });
});
