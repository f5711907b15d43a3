// SPDX-License-Identifier: Apache-2.0
// The token of an intermediate in the box of its authority: a copy of SoftHSM's folder with its PIN, for step-ca alone.
import { join } from 'node:path';
import { pinName, serverPaths } from '../../workflows/contracts/authority/server.ts';
import { dataInside } from '../../workflows/contracts/box/data-folder.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { ImportArgs } from '../../workflows/ports/authority/ca-server.ts';
import { Failure } from '../clients/failure.ts';
import type { Clients } from '../clients/index.ts';
import { dataDirectory } from '../hosts/places.ts';
import importToken from './scripts/import-token.sh';
import openToken from './scripts/open-token.sh';

type Place = Pick<Clients, 'machine' | 'inside'>;

const inside = `${dataInside}/${serverPaths.token}`;

export async function tokenCopyDifferences(place: Place, args: ImportArgs): Promise<Difference[]> {
  const differs = (await script(place, args, 'compare')).split('\n').filter(Boolean);
  const { stdout } = await place
    .inside(args.box)
    .run(['stat', '-c', '%a %G', inside, `${inside}/${pinName}`]);
  const isOpen = stdout.trim() === '2770 softhsm\n440 softhsm';
  return [
    ...differs.map((what) => ({
      what: `${what} of ${args.serial} in the box`,
      have: 'absent, or another',
      want: 'a copy',
    })),
    ...(isOpen ? [] : [{ what: 'token in the box', have: 'closed', want: 'for step-ca alone' }]),
  ];
}

export async function copyToken(place: Place, args: ImportArgs): Promise<string> {
  await script(place, args, 'copy');
  await place.inside(args.box).output(['sh', '-c', openToken, 'open-token', `${inside}.new`]);
  await script(place, args, 'swap');
  return `token ${args.serial}`;
}

/** @throws Failure PreconditionFailed without the token or its PIN on this machine */
async function script(
  { machine }: Place,
  { box, token, serial }: ImportArgs,
  how: 'compare' | 'copy' | 'swap',
): Promise<string> {
  const target = join(dataDirectory(box), serverPaths.token);
  const argv = ['sh', '-c', importToken, 'import-token', how, token.folder, serial, token.pinFile, target];
  const { exitCode, stdout, stderr } = await machine(box).run(argv);
  if (exitCode === 0) return stdout;
  throw new Failure('PreconditionFailed', 'The token of the intermediate cannot be copied into the box', {
    on: token.folder,
    cause: stderr.trim(),
    hint: 'Correct server.token in the spec, record it with holdfast ca record FILE, then start again',
  });
}
