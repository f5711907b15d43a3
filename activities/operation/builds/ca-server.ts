// SPDX-License-Identifier: Apache-2.0
// Builds the tables of an authority's box: its install with the plan of it, and the activation of an intermediate.
import { authorityProfile } from '../../../profiles/index.ts';
import {
  ceremonySubject,
  type AuthoritySpec,
} from '../../../workflows/contracts/authority/authority-spec.ts';
import {
  serverBox,
  type ActivateCaInput,
  type DestroyCaInput,
  type InstallCaInput,
} from '../../../workflows/contracts/authority/server.ts';
import type { AuthorityServer } from '../../../workflows/contracts/authority/server-spec.ts';
import { activateArgs, publishArgs, type ServerFacts } from '../../../workflows/box/authority/model.ts';
import { activateCaSteps } from '../../../workflows/operations/activate-ca/steps.ts';
import { destroyCaSteps } from '../../../workflows/operations/destroy-ca/steps.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { installAuthoritySteps } from '../../../workflows/operations/install-ca/steps.ts';
import { CeremonyRecords } from '../../clients/ca/ceremony-records.ts';
import { pem } from '../../clients/ca/pem.ts';
import { debianSources } from '../../clients/machine/debian-sources.ts';
import { authorityUserTexts } from '../../clients/state/authority-users.ts';
import { certifiedBoxes } from '../../clients/state/certified-boxes.ts';
import { namesIn } from '../../clients/state/local-files.ts';
import { recordedMirror } from '../../clients/state/recorded-mirrors.ts';
import { readSpecOf } from '../../clients/state/recorded-specs.ts';
import { dataDirectory } from '../../hosts/places.ts';
import { invalid } from '../inputs.ts';
import { digest, toldOf, type Build } from './build.ts';
import { requireAuthority } from './recorded-subject.ts';

interface Served {
  readonly spec: AuthoritySpec;
  readonly server: AuthorityServer;
  readonly specDigest: string;
}

const ofInstall =
  (lease: (box: string) => string | null): Build<InstallCaInput> =>
  async ({ name, specDigest, takeOver }, stateDirectory) => {
    const served = await requireServer(stateDirectory, name);
    if (served.specDigest !== specDigest)
      throw invalid([{ path: 'specDigest', message: `The recorded spec of ${name} was changed` }]);
    const { spec, server } = served;
    const box = serverBox(name);
    await refuseOthers(box, stateDirectory);
    const steps = installAuthoritySteps(spec, server, await factsOfServer(name, server, stateDirectory));
    const input = { name, specDigest };
    return { subject: name, steps, lease: lease(box), takeOver, input, notify: toldOf(spec) };
  };

const ofActivation: Build<ActivateCaInput> = async ({ name, generation, takeOver }, stateDirectory) => {
  const { spec, server } = await requireServer(stateDirectory, name);
  const records = new CeremonyRecords(stateDirectory, { authority: name, generation });
  const [ceremony, certificate] = [await records.ceremony(), await records.bytes('certificate')];
  if (ceremony === null || certificate === null || (await records.verification()) === null)
    throw invalid([
      {
        path: 'generation',
        message: `Generation ${generation} of ${name} has no verified certificate; next: holdfast ca issue ${name}`,
      },
    ]);
  // What the certificate was made for, whatever the spec says by now.
  const issued: AuthoritySpec = {
    ...spec,
    root: ceremony.root,
    intermediate: ceremony.intermediate,
    profile: ceremony.profile,
  };
  const box = serverBox(name);
  const steps = activateCaSteps({
    activate: activateArgs(issued, server, generation),
    publish: publishArgs(issued, server),
    token: { authority: name, box, token: server.token, serial: ceremony.intermediate.serial },
    root: ceremony.root.certificate,
    certificate: pem('CERTIFICATE', certificate),
  });
  const subject = ceremonySubject(name, generation);
  return { subject, steps, lease: box, takeOver, input: { name, generation }, notify: toldOf(spec) };
};

const ofDestroy: Build<DestroyCaInput> = async ({ name, leaveBoxes, takeOver }, stateDirectory) => {
  const { spec } = await requireAuthority(stateDirectory, name);
  const texts = leaveBoxes ? [] : await authorityUserTexts(stateDirectory, name);
  if (texts.length > 0) throw invalid(texts.map((message) => ({ path: 'name', message })));
  const box = serverBox(name);
  // One that an earlier spec had is removed too.
  const hasBox = spec.server !== undefined || (await namesIn(dataDirectory(box))).length > 0;
  if (hasBox) await refuseOthers(box, stateDirectory);
  const steps = destroyCaSteps({ authority: name, box: hasBox ? box : null, leaveBoxes }, digest);
  const lease = hasBox ? box : `authority/${name}`;
  return { subject: name, steps, lease, takeOver, input: { name, leaveBoxes }, notify: toldOf(spec) };
};

export const caServerBuilds = {
  [operations.installAuthority.slug]: ofInstall((box) => box),
  [operations.planAuthority.slug]: ofInstall(() => null),
  [operations.activateIntermediate.slug]: ofActivation,
  [operations.destroyAuthority.slug]: ofDestroy,
};

/** @throws ApplicationFailure InvalidInput for an authority that is not recorded, or whose spec has no server */
async function requireServer(stateDirectory: string, name: string): Promise<Served> {
  const { spec, digest: specDigest } = await requireAuthority(stateDirectory, name);
  if (spec.server !== undefined) return { spec, server: spec.server, specDigest };
  throw invalid([
    { path: 'server', message: `The spec of ${name} describes no server: add one and record it` },
  ]);
}

/** One container has one name. Only what is certainly absent is none. */
async function refuseOthers(box: string, stateDirectory: string): Promise<void> {
  const isBox = (await readSpecOf(stateDirectory, box)).kind !== 'absent';
  const isMirror = (await recordedMirror(stateDirectory, box)) !== null;
  if (!isBox && !isMirror) return;
  const what = isBox ? 'box' : 'mirror';
  throw invalid([{ path: 'name', message: `${box} is the name of a ${what}: the authority needs another` }]);
}

/** @throws ApplicationFailure InvalidInput without Debian sources */
async function factsOfServer(
  name: string,
  { debian }: AuthorityServer,
  stateDirectory: string,
): Promise<ServerFacts> {
  const sources = await debianSources(authorityProfile.suite, debian);
  const certified = await certifiedBoxes(stateDirectory, name);
  if (sources !== null) return { profile: authorityProfile, sources, certified, digest };
  const message = 'This machine has no Debian sources of its own: name a mirror';
  throw invalid([{ path: 'server.debian.mirror', message }]);
}
