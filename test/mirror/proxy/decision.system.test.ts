// SPDX-License-Identifier: Apache-2.0
// A real squid, and a refresh that waits for a person: what was asked for shows at once, an approval lets it through, a refusal stays.
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordedMirror } from '../../../activities/clients/state/recorded-mirrors.ts';
import { setAllowlist } from '../../../activities/mirror/proxy/allowlist.ts';
import {
  decidedDifferences,
  decisionDifferences,
  recordDecision,
  recordedProxyArgs,
} from '../../../activities/mirror/proxy/decision.ts';
import { writeMark } from '../../../activities/mirror/site.ts';
import type { StepScope } from '../../../activities/step-scope.ts';
import { mirrorDestinations } from '../../../workers/machine/mirror-destinations.ts';
import { decisionWaitSeconds } from '../../../workflows/contracts/mirror/proxy/decision.ts';
import { parseMirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.schema.ts';
import { mirrorSpecFile } from '../../../workflows/contracts/mirror/mirror-spec.ts';
import { ProxyLab } from './proxy-lab.ts';

let lab: ProxyLab;
let state: string;
const run = 'd'.repeat(16);

/** With the answer of a person, as the engine hands it over. */
function scope(allow?: string): StepScope {
  const base = lab.mirror.scope('audit', run);
  if (allow === undefined) return base;
  const answer = { data: { allow }, actor: 'ada', reason: '', at: new Date().toISOString() };
  return { ...base, context: { ...base.context, answer } };
}

const open = async (): Promise<string[]> =>
  (await decisionDifferences(state, lab.site, scope(), Date.now())).map(({ what }) => what);

/** The run records its revision now: what is asked for later is for the next run. */
async function revisionNow(): Promise<void> {
  await sleep(1100);
  await rm(join(lab.site.data, 'runs', run, 'revision'), { force: true });
  await writeMark(lab.site, { nonce: run }, 'revision', 'a'.repeat(64));
}

beforeAll(async () => {
  lab = await ProxyLab.create();
  state = await mkdtemp(join(tmpdir(), 'holdfast-audit-'));
  const parsed = parseMirrorSpec({
    apiVersion: 'holdfast/v1',
    kind: 'Mirror',
    name: 'lab',
    network: { cidr: '127.0.0.0/24', address: '127.0.0.1', gateway: '127.0.0.2' },
    deb: [{ name: 'debian', suites: ['trixie'], packages: ['hello'] }],
    proxy: { port: lab.args.port, allow: ['pypi.test'], audit: 'approve' },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const path = join(state, mirrorSpecFile('lab'));
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
  await writeFile(path, `${JSON.stringify(parsed.value)}\n`, { mode: 0o600 });
});

afterAll(async () => {
  await lab?.remove();
  await rm(state, { recursive: true, force: true });
});

describe('a refresh that waits for a decision', () => {
  it('shows an unknown destination within 5 s in mirrors status', async () => {
    expect(await mirrorDestinations('lab', state, lab.site.data)).toEqual({ unknown: [], count: 0 });
    const began = performance.now();
    expect(await lab.asked('http://new.test/')).toBe(403);
    expect(await lab.asked('http://evil.test/')).toBe(403);
    let seen = await mirrorDestinations('lab', state, lab.site.data);
    while (seen?.count !== 2 && performance.now() - began < 5000) {
      await sleep(50);
      seen = await mirrorDestinations('lab', state, lab.site.data);
    }
    const seconds = (performance.now() - began) / 1000;
    console.info(`unknown destinations were shown ${seconds.toFixed(2)} s after they were asked for`);
    expect(seconds).toBeLessThan(5);
    expect(seen?.unknown.map(({ destination, verdict }) => [destination, verdict]).sort()).toEqual([
      ['evil.test:80', 'open'],
      ['new.test:80', 'open'],
    ]);
  });

  it('asks about what was asked for before its revision, and about nothing later', async () => {
    await revisionNow();
    await sleep(1100);
    expect(await lab.asked('http://late.test/')).toBe(403);
    expect((await open()).sort()).toEqual(['evil.test', 'new.test']);
    expect(await decidedDifferences(state, lab.site, scope())).toHaveLength(2);
  });

  it('takes no answer with a host that nobody asked for, and records nothing then', async () => {
    const before = await readFile(join(state, mirrorSpecFile('lab')), 'utf8');
    await expect(recordDecision(state, lab.site, scope('new.test typo.test'))).rejects.toMatchObject({
      code: 'Rejected',
      message: 'Nobody asked for typo.test',
    });
    expect(await readFile(join(state, mirrorSpecFile('lab')), 'utf8')).toBe(before);
    expect(await lab.asked('http://new.test/')).toBe(403);
  });

  it('ends its wait after the bound, with the hosts undecided: the run fails, and publishes nothing', async () => {
    const path = join(lab.site.data, 'runs', run, 'revision');
    const past = new Date(Date.now() - (decisionWaitSeconds + 60) * 1000);
    const later = Date.now() + (decisionWaitSeconds + 60) * 1000;
    expect(await decisionDifferences(state, lab.site, scope(), later)).toEqual([]);
    expect(await decidedDifferences(state, lab.site, scope())).toHaveLength(2);
    // Nothing was asked for three days ago.
    await utimes(path, past, past);
    expect(await decidedDifferences(state, lab.site, scope())).toEqual([]);
    await revisionNow();
  });

  it('enters an approval into the record and the list of squid, and a refusal into the record, for good', async () => {
    expect((await open()).sort()).toEqual(['evil.test', 'late.test', 'new.test']);
    const said = await recordDecision(state, lab.site, scope('new.test'));
    expect(said).toMatch(/^allowed: new\.test; refused: (late|evil)\.test, (late|evil)\.test$/);
    const { proxy } = (await recordedMirror(state, 'lab')) ?? {};
    expect(proxy?.allow).toEqual(['pypi.test', 'new.test']);
    expect([...(proxy?.refuse ?? [])].sort()).toEqual(['evil.test', 'late.test']);
    expect(await open()).toEqual([]);
    expect(await decidedDifferences(state, lab.site, scope())).toEqual([]);
    // As often as a lost worker repeats it.
    expect(await recordDecision(state, lab.site, scope('new.test'))).toBe('allowed: new.test; refused: none');
    const { port, probe } = lab.args;
    const list = await recordedProxyArgs(state, { box: 'lab', port, probe, address: '127.0.0.1' });
    await setAllowlist(lab.site, list, lab.places);
    // Nobody answers there: it is not the list that refuses it.
    expect(await lab.asked('http://new.test/')).toBe(503);
    expect(await lab.asked('http://evil.test/')).toBe(403);
    await revisionNow();
    expect(await open()).toEqual([]);
    // The probe of the list asked for the web server, whose port here is none of those of a box.
    const { unknown } = (await mirrorDestinations('lab', state, lab.site.data)) ?? {};
    expect(unknown?.map(({ host, verdict }) => [host, verdict])).toEqual([['127.0.0.1', 'port']]);
  });

  it('ends where the log is gone: nobody can tell then that nothing was asked for', async () => {
    await rm(join(lab.site.data, 'proxy/access.log'));
    await expect(open()).rejects.toMatchObject({ code: 'PreconditionFailed' });
  });
});
