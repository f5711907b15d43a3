// SPDX-License-Identifier: Apache-2.0
// Issues certificates of a box's authority and lays them where services read them. Keys never leave the box's files.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { CertificateArgs, CertificatesArgs, PkiPort } from '../../workflows/ports/pki.ts';
import { certificateDifferences, issue, type KeyedCertificate } from '../clients/secrets/certificates.ts';
import type { FileState, Host, WantedFile } from '../hosts/host.ts';
import type { Clients } from '../clients/index.ts';
import { applying, observing } from '../step-scope.ts';
import { requireAuthority } from '../clients/secrets/authority.ts';

export function certificateActivities({
  secrets,
  inside,
}: Clients): Pick<PkiPort, 'observeCertificates' | 'issueCertificates'> {
  return {
    observeCertificates: observing(async (args) => {
      const authority = await requireAuthority(secrets, args.box);
      return allDifferences(inside(args.box), args, authority.certificate).then((all) =>
        all.flatMap((each) => each.differences),
      );
    }),
    issueCertificates: applying(async (args, scope) => {
      const host = inside(args.box);
      const authority = await requireAuthority(secrets, args.box);
      const files: WantedFile[] = [
        {
          path: args.authorityPath,
          mode: '644',
          owner: 'root',
          group: 'root',
          content: authority.certificate,
        },
      ];
      // Only those that differ: a renewed certificate restarts its service.
      for (const { wanted, differences } of await allDifferences(host, args, authority.certificate)) {
        if (wanted === null || differences.length === 0) continue;
        files.push(...filesOf(wanted, await issue(authority, wanted, args.lifetimeDays)));
      }
      await host.writeFiles(scope.fencingToken, files);
      return `${files.length} files`;
    }),
  };
}

interface Found {
  /** Null for the authority's own file. */
  readonly wanted: CertificateArgs | null;
  readonly differences: readonly Difference[];
}

async function allDifferences(host: Host, args: CertificatesArgs, authority: string): Promise<Found[]> {
  const paths = args.certificates.flatMap(({ certificatePath, keyPath }) => [certificatePath, keyPath]);
  const [authorityFile, ...states] = await host.readFiles([args.authorityPath, ...paths]);
  const own: Found = {
    wanted: null,
    differences:
      authorityFile?.content === authority && authorityFile.mode === '644'
        ? []
        : [
            {
              what: args.authorityPath,
              have: authorityFile === null ? 'absent' : 'another',
              want: 'the certificate authority',
            },
          ],
  };
  const issued = args.certificates.map(async (wanted, index) => ({
    wanted,
    differences: await oneDifferences(
      authority,
      wanted,
      states[2 * index] ?? null,
      states[2 * index + 1] ?? null,
    ),
  }));
  return [own, ...(await Promise.all(issued))];
}

async function oneDifferences(
  authority: string,
  wanted: CertificateArgs,
  certificate: FileState | null,
  key: FileState | null,
): Promise<Difference[]> {
  const what = `certificate ${wanted.id}`;
  if (certificate === null || key === null) return [{ what, have: 'absent', want: 'issued' }];
  const rights = [key.mode, key.owner, key.group].join(' ');
  const wantedRights = ['600', wanted.owner, wanted.group].join(' ');
  if (rights !== wantedRights) return [{ what: `${what} key rights`, have: rights, want: wantedRights }];
  return certificateDifferences(
    authority,
    wanted,
    { certificate: certificate.content, key: pemOf(key.content) },
    new Date(),
  );
}

/** The key's block of a file that may hold the certificate too. */
function pemOf(content: string): string {
  return /-----BEGIN PRIVATE KEY-----[\s\S]*?-----END PRIVATE KEY-----\n?/.exec(content)?.[0] ?? '';
}

function filesOf(wanted: CertificateArgs, pair: KeyedCertificate): WantedFile[] {
  const { owner, group, certificatePath, keyPath } = wanted;
  if (certificatePath === keyPath) {
    return [{ path: keyPath, mode: '600', owner, group, content: `${pair.certificate}${pair.key}` }];
  }
  return [
    { path: keyPath, mode: '600', owner, group, content: pair.key },
    { path: certificatePath, mode: '644', owner, group, content: pair.certificate },
  ];
}
