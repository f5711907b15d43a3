// SPDX-License-Identifier: Apache-2.0
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { machineFindings } from '../../activities/host/preflight-machine.ts';
import { sourceFindings } from '../../activities/host/preflight-sources.ts';
import type { PreflightArgs } from '../../workflows/ports/host.ts';

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
    expect(findings[0]?.have).toBe(findings[1]?.have);
    expect(findings[0]?.have).toMatch(/^[1-9]\d* MiB free$/);
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

  /** The URL of a Release file on a server that answers so. */
  async function source(status: number, headers: Record<string, string> = {}): Promise<string> {
    const server = createServer((_request, response) => response.writeHead(status, headers).end('body'));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/debian/dists/trixie/InRelease`;
  }
  const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toUTCString();

  it('sourceFindings() finds nothing when the sources answer and the clocks agree', async () => {
    const sources = [await source(200), await source(200, { date: inHours(-23) })];
    expect(await sourceFindings(sources)).toEqual([]);
    expect(await sourceFindings([])).toEqual([]);
  });

  it('sourceFindings() names the cause and the way out when the port is closed', async () => {
    const url = await source(200);
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    const [finding, ...others] = await sourceFindings([url]);
    expect(finding?.what).toBe(`package source ${url} is silent`);
    expect(finding?.have).toContain('ECONNREFUSED');
    expect(finding?.want).toContain('debian.mirror');
    expect(others).toEqual([]);
  });

  it.each([404, 403, 500])('sourceFindings() names the answer when it is %i', async (status) => {
    const url = await source(status);
    expect(await sourceFindings([url])).toMatchObject([
      { what: `package source ${url} refuses`, have: `HTTP ${status}` },
    ]);
  });

  it.each([-25, 25, -24 * 400])(
    'sourceFindings() names the clock when the server is %i hours off',
    async (hours) => {
      const [finding, ...others] = await sourceFindings([await source(200, { date: inHours(hours) })]);
      expect(finding?.what).toBe('clock is wrong');
      expect(finding?.want).toMatch(/^\d{4}-.*Z, as 127\.0\.0\.1 says: set the clock$/);
      expect(others).toEqual([]);
    },
  );

  it('sourceFindings() names a host when it does not resolve', async () => {
    const [finding] = await sourceFindings(['http://nowhere.invalid/debian/dists/trixie/InRelease']);
    expect(finding?.what).toBe('name nowhere.invalid does not resolve');
    expect(finding?.have).toContain('nowhere.invalid');
    expect(finding?.want).toContain('/etc/resolv.conf');
  });

  it('sourceFindings() names every source at once when several are bad', async () => {
    const sources = [await source(404), await source(200), await source(200, { date: inHours(48) })];
    const whats = (await sourceFindings(sources)).map(({ what }) => what);
    expect(whats).toEqual([`package source ${sources[0]} refuses`, 'clock is wrong']);
  });
});
