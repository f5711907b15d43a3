// SPDX-License-Identifier: Apache-2.0
// Whether a mirror site has all that a box is made of, as this machine's apt judges it. Installs nothing.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { PreflightSite } from '../../workflows/ports/host.ts';
import { guestPackages } from '../clients/guest/build.ts';
import { thisMachine } from '../hosts/transport.ts';
import lackingPackages from './lacking-packages.sh';

/** @source lists of 10 MB from a site on this machine take a second; the rest is for a busy machine */
const timeoutSeconds = 120;

/** One finding for each package that the site lacks, and for each dependency that it cannot meet. */
export async function siteFindings(site: PreflightSite, packages: readonly string[]): Promise<Difference[]> {
  const wanted = [...new Set([...site.base, ...packages, ...(site.hasGuests ? guestPackages : [])])];
  const argv = ['sh', '-c', lackingPackages, 'lacking-packages', site.sources, site.aptOptions.join('\n')];
  const { exitCode, stdout, stderr } = await thisMachine.run([...argv, wanted.join(' ')], { timeoutSeconds });
  if (exitCode !== 0)
    return [
      {
        what: `mirror ${site.name} does not serve apt`,
        have: stderr.trim().split('\n').at(-1) ?? `exit code ${exitCode}`,
        want: `holdfast mirrors status ${site.name} says what it serves; holdfast op list, what runs there`,
      },
    ];
  return stdout.split('\n').flatMap((line) => findingOf(site.name, line));
}

function findingOf(site: string, line: string): Difference[] {
  const [, kind, text = ''] = /^(package|broken) (.+)$/.exec(line) ?? [];
  if (kind === undefined) return [];
  const what = kind === 'package' ? `package ${text}` : `dependency of ${text}`;
  const want = 'named under packages of a source of the mirror, which is refreshed or imported then';
  return [{ what, have: `not in the mirror ${site}`, want }];
}
