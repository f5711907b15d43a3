// SPDX-License-Identifier: Apache-2.0
// The pages of revisions: what is in one, how large it is, what changed; and nothing of an upstream's that a browser would run.
import { describe, expect, it } from 'vitest';
import { frontPage, revisionPage } from '../../../workflows/contracts/mirror/pages.ts';
import { billOf, differenceOf, type BillOfMaterials } from '../../../workflows/contracts/mirror/sbom.ts';

const [older, newer] = ['a', 'b'].map((each) => each.repeat(64)) as [string, string];

const file = (filename: string, version: string, digest: string, size = 1_500_000) => ({
  filename,
  version,
  digest,
  size,
  requiresPython: null,
  yanked: false,
  uploadTime: null,
  metadata: null,
});

const billWith = (revision: string, files: readonly ReturnType<typeof file>[]): BillOfMaterials =>
  billOf({
    site: 'lab-mirror',
    revision,
    deb: null,
    pypi: {
      kind: 'pypi',
      serials: {},
      indexes: [{ index: 'python', projects: [{ project: 'six', files }] }],
    },
    oci: null,
    ansible: null,
    git: {
      kind: 'git',
      repositories: [
        {
          repository: 'tools',
          url: 'https://git.test/tools',
          refs: { 'refs/heads/main': '1'.repeat(40) },
          head: 'refs/heads/main',
          tips: ['1'.repeat(40)],
          packs: [{ digest: 'd'.repeat(64), size: 2000 }],
        },
      ],
    },
  });

const before = billWith(older, [file('six-1.0.whl', '1.0', '1'.repeat(64))]);
const after = billWith(newer, [
  file('six-1.0.whl', '1.0', '2'.repeat(64)),
  file('six-2.0.whl', '2.0', '3'.repeat(64)),
  // The same bytes under another name: stored once.
  file('six-2.0-copy.whl', '2.0', '3'.repeat(64)),
]);

describe('revisionPage()', () => {
  it('names sizes by kind and source, the bill, and what changed', () => {
    const page = revisionPage(after, differenceOf(before, after));
    expect(page).toContain('<tr><td>pypi</td><td>python</td><td>2</td><td>3.0 MB</td></tr>');
    expect(page).toContain('<tr><td>git</td><td>tools</td><td>1</td><td>2.0 kB</td></tr>');
    expect(page).toContain(`href="${newer}.cdx.json"`);
    expect(page).toContain(`href="${older}.html"`);
    expect(page).toContain('1 replaced under the same version');
    expect(page).toContain('2 added');
    expect(page).toContain('1'.repeat(40));
    expect(revisionPage(after, differenceOf(before, after))).toBe(page);
  });

  it('says that nothing was before, and nothing of a difference that is not known', () => {
    expect(revisionPage(before, differenceOf(null, before))).toContain('Nothing was published before.');
    expect(revisionPage(before, null)).not.toContain('Difference');
  });

  it('shows names of an upstream as text', () => {
    const evil = billWith(newer, [file('x"><script>alert(1)</script>', '<b>&', '2'.repeat(64))]);
    const page = revisionPage(evil, differenceOf(before, evil));
    expect(page).not.toMatch(/<script|<b>|&B/);
    expect(page).toContain('&lt;b&gt;&amp;');
  });

  it('is cut where a browser would choke, and says by how much', () => {
    const many = Array.from({ length: 1200 }, (_, at) =>
      file(`six-${at}.whl`, `${at}`, String(at).padStart(64, '0')),
    );
    const page = revisionPage(billWith(newer, many), null);
    expect(page).toContain('and 200 more in the bill of materials');
    expect(page.length).toBeLessThan(500_000);
  });
});

describe('frontPage()', () => {
  it('lists the kept revisions, newest first, and says which is served', () => {
    const publications = [older, newer].map((revision, at) => ({
      revision,
      publishedAt: `2026-01-0${at + 1}T00:00:00.000Z`,
      replacedAt: null,
    }));
    const page = frontPage('lab-mirror', older, publications);
    expect(page.indexOf(newer.slice(0, 16))).toBeLessThan(page.indexOf(older.slice(0, 16)));
    expect(page).toContain('2026-01-01T00:00:00.000Z</td><td>served</td>');
  });
});
