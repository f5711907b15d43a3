// SPDX-License-Identifier: Apache-2.0
// How the input of each operation is parsed. A schema stays out of the workflows: a tightened one would break their replay.
import {
  parseInstallBox,
  parseMigrateDatabase,
  parseNamedBox,
  parseRestoreBox,
} from '../contracts/box/inputs.schema.ts';
import { parseRotateKeys } from '../contracts/keys/key-ring.schema.ts';
import { parseIssueCa } from '../contracts/authority/authority-spec.schema.ts';
import { parseIssueCrl, parseRevoke } from '../contracts/authority/root-crl.schema.ts';
import { parseAcknowledge, parseRotateCloud } from '../contracts/cloud/cloud-spec.schema.ts';
import { parseActivateCa, parseDestroyCa, parseInstallCa } from '../contracts/authority/server.schema.ts';
import { parseDrill } from '../contracts/authority/drill.schema.ts';
import { parseCanary } from '../contracts/canary/canary.schema.ts';
import { parseRotateCredentials } from '../contracts/credentials/credential.schema.ts';
import {
  parseChangeMirror,
  parseExportBundle,
  parseImportBundle,
  parseInstallMirror,
  parsePushImages,
  parseRollbackMirror,
} from '../contracts/mirror/mirror-spec.schema.ts';
import type { Operation } from '../contracts/run/operation.ts';
import type { Parsed } from '../contracts/run/parse.schema.ts';
import { operations as of, type Slug } from './index.ts';

const inputParsers = {
  [of.installBox.slug]: parseInstallBox,
  [of.planBox.slug]: parseInstallBox,
  [of.upgradeBox.slug]: parseInstallBox,
  [of.planUpgrade.slug]: parseInstallBox,
  [of.driftBox.slug]: parseNamedBox,
  [of.renewCertificates.slug]: parseNamedBox,
  [of.dumpBox.slug]: parseNamedBox,
  [of.startBox.slug]: parseNamedBox,
  [of.stopBox.slug]: parseNamedBox,
  [of.updateBox.slug]: parseNamedBox,
  [of.revertUpdate.slug]: parseNamedBox,
  [of.planUpdate.slug]: parseNamedBox,
  [of.destroyBox.slug]: parseNamedBox,
  [of.migrateNova.slug]: parseNamedBox,
  [of.novaStatus.slug]: parseNamedBox,
  [of.restoreBox.slug]: parseRestoreBox,
  [of.restoreNova.slug]: parseRestoreBox,
  [of.migrateDatabase.slug]: parseMigrateDatabase,
  [of.databaseStatus.slug]: parseMigrateDatabase,
  [of.rotateServiceCredentials.slug]: parseRotateCredentials,
  [of.rotateCloudCredentials.slug]: parseRotateCloud,
  [of.rotateKeystoneKeys.slug]: parseRotateKeys,
  [of.rotateAdministratorPassword.slug]: parseNamedBox,
  [of.acknowledgeCredential.slug]: parseAcknowledge,
  [of.issueIntermediateCa.slug]: parseIssueCa,
  [of.planIntermediateCa.slug]: parseIssueCa,
  [of.issueRootCrl.slug]: parseIssueCrl,
  [of.revokeCertificate.slug]: parseRevoke,
  [of.installAuthority.slug]: parseInstallCa,
  [of.planAuthority.slug]: parseInstallCa,
  [of.activateIntermediate.slug]: parseActivateCa,
  [of.drillCompromise.slug]: parseDrill,
  [of.canary.slug]: parseCanary,
  [of.installMirror.slug]: parseInstallMirror,
  [of.planMirror.slug]: parseInstallMirror,
  [of.refreshMirrors.slug]: parseNamedBox,
  [of.planRefresh.slug]: parseNamedBox,
  [of.auditMirror.slug]: parseNamedBox,
  [of.changeMirror.slug]: parseChangeMirror,
  [of.rollbackMirror.slug]: parseRollbackMirror,
  [of.exportBundle.slug]: parseExportBundle,
  [of.importBundle.slug]: parseImportBundle,
  [of.pushImages.slug]: parsePushImages,
  [of.destroyMirror.slug]: parseNamedBox,
  [of.destroyAuthority.slug]: parseDestroyCa,
} as const satisfies Record<Slug, (raw: unknown) => Parsed<object>>;

/** The parsed input of an operation. */
export type InputOf<S extends Slug> =
  ReturnType<(typeof inputParsers)[S]> extends Parsed<infer Input> ? Input : never;

/** The parser of an operation's input. */
export function inputParserOf({ slug }: Operation): (raw: unknown) => Parsed<object> {
  const parsers: Readonly<Record<string, (raw: unknown) => Parsed<object>>> = inputParsers;
  const parser = parsers[slug];
  if (parser === undefined) throw new Error(`No parser is listed for the input of ${slug}`);
  return parser;
}
