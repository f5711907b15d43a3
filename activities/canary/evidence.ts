// SPDX-License-Identifier: Apache-2.0
// Records what is installed, what will end by itself and how the canary did. Judges nothing.
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import type { Evidence, Expiry } from '../../workflows/contracts/box/evidence.ts';
import { parseEvidence } from '../../workflows/contracts/box/evidence.schema.ts';
import type { CanaryPort, EvidenceArgs } from '../../workflows/ports/cloud/canary.ts';
import type { Host } from '../hosts/host.ts';
import type { Clients } from '../clients/index.ts';
import { writeFileAtomically } from '../clients/state/local-files.ts';
import { readDerived } from '../clients/state/records.ts';
import { applying, observing } from '../step-scope.ts';
import { readCanary } from './canary.ts';

export function evidenceActivities({
  inside,
  stateDirectory,
}: Clients): Pick<CanaryPort, 'observeEvidence' | 'recordEvidence'> {
  const pathOf = (box: string): string => join(stateDirectory, 'boxes', box, 'evidence.json');
  const gather = async (args: EvidenceArgs): Promise<Omit<Evidence, 'recordedAt'>> => {
    const host = inside(args.box);
    const packages = await packagesOf(host);
    const version = (name: string): string | undefined =>
      packages.find((each) => each.name === name || each.name === `${name}-common`)?.version;
    const canary = await readCanary(stateDirectory, args.box);
    return {
      box: args.box,
      release: args.release,
      packages,
      expiries: await expiriesOf(host, args),
      canary: canary === null || canary === 'damaged' ? [] : canary.times,
      services: args.services.map((name) => {
        const found = version(name);
        return found === undefined ? { name } : { name, version: found };
      }),
    };
  };
  return {
    observeEvidence: observing(async (args, { context }) => {
      const recorded = await readDerived(pathOf(args.box), evidenceIn);
      if (recorded === null || recorded === 'damaged')
        return [{ what: `evidence of ${args.box}`, have: recorded ?? 'none', want: 'recorded' }];
      const { recordedAt: _, ...content } = recorded;
      const present = await gather(args);
      // A certificate that was renewed by schedule is as it should be: only an install writes the new date down.
      if (context.epoch === 0) Object.assign(present, { expiries: content.expiries });
      const isSame = textOf(content) === textOf(present);
      return isSame
        ? []
        : [{ what: `evidence of ${args.box}`, have: 'of an earlier state', want: 'of this one' }];
    }),
    recordEvidence: applying(async (args) => {
      const evidence: Evidence = { ...(await gather(args)), recordedAt: new Date().toISOString() };
      await writeFileAtomically(pathOf(args.box), `${JSON.stringify(evidence, null, 2)}\n`, 0o644);
      return `${evidence.packages.length} packages, ${evidence.expiries.length} expiries`;
    }),
  };
}

function evidenceIn(text: string): Evidence {
  const evidence = parseEvidence(text);
  if (evidence !== null) return evidence;
  throw new Error('it is not evidence');
}

/** The same for the same content, whatever the order of its keys. */
const textOf = ({
  box,
  release,
  packages,
  services,
  expiries,
  canary,
}: Omit<Evidence, 'recordedAt'>): string =>
  JSON.stringify([box, release, packages, services, expiries, canary]);

async function packagesOf(host: Host): Promise<Evidence['packages']> {
  const text = await host.output(['dpkg-query', '--show', '--showformat=${binary:Package} ${Version}\\n']);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' '))
    .map(([name = '', version = '']) => ({ name: name.replace(/:.*/, ''), version }));
}

async function expiriesOf(host: Host, args: EvidenceArgs): Promise<Expiry[]> {
  const wanted = [{ id: 'authority', path: args.authorityPath }, ...args.certificates];
  const files = await host.readFiles(wanted.map(({ path }) => path));
  return wanted.flatMap(({ id }, index): Expiry[] => {
    const content = files[index]?.content;
    if (content === undefined) return [];
    return [
      { what: `certificate ${id}`, notAfter: new Date(new X509Certificate(content).validTo).toISOString() },
    ];
  });
}
