// SPDX-License-Identifier: Apache-2.0
// The activities of a station: a line for each. What each does stands in the files beside this one.
import type { StationPort } from '../../workflows/ports/authority/station.ts';
import { applying, observing } from '../step-scope.ts';
import { needingHands } from './needs-hands.ts';
import { certificateDifferences, signCertificate } from './certificate.ts';
import { importCertificate, importedDifferences } from './imported.ts';
import { keyDifferences, makeKey } from './key.ts';
import { attestationDifferences, recordAttestation, requestDifferences, signRequest } from './request.ts';
import {
  ceremonyCrlDifferences,
  crlStationDifferences,
  crlTokenDifferences,
  nextCrlDifferences,
  signCeremonyCrl,
  signNextCrl,
} from './root-crl.ts';
import type { Station } from './station.ts';
import { stationDifferences, tokenBackDifferences, tokenDifferences } from './tokens.ts';

/** As `applying`, and a person is asked for a token that is not plugged in. */
const changing = <A>(change: (args: A) => Promise<string | undefined>) => applying(needingHands(change));

export function stationActivities(station: Station): StationPort {
  return {
    observeStation: observing((ref) => stationDifferences(station, ref)),
    observeToken: observing(({ role, ...ref }) => tokenDifferences(station, ref, role)),
    observeTokenKey: observing((ref) => keyDifferences(station, ref)),
    generateTokenKey: changing((ref) => makeKey(station, ref)),
    observeAttestation: observing((ref) => attestationDifferences(station, ref)),
    recordAttestation: changing((ref) => recordAttestation(station, ref)),
    observeRequest: observing((ref) => requestDifferences(station, ref)),
    signRequest: changing((ref) => signRequest(station, ref)),
    observeCertificate: observing((ref) => certificateDifferences(station, ref)),
    signCertificate: changing((ref) => signCertificate(station, ref)),
    observeRootCrl: observing((ref) => ceremonyCrlDifferences(station, ref)),
    signRootCrl: changing((ref) => signCeremonyCrl(station, ref)),
    observeTokenBack: observing((ref) => tokenBackDifferences(station, ref)),
    observeCertificateImported: observing(needingHands((ref) => importedDifferences(station, ref))),
    importCertificate: changing((ref) => importCertificate(station, ref)),
    observeCrlStation: observing((ref) => crlStationDifferences(station, ref)),
    observeCrlToken: observing((ref) => crlTokenDifferences(station, ref)),
    observeNextCrl: observing((ref) => nextCrlDifferences(station, ref)),
    signNextCrl: changing((ref) => signNextCrl(station, ref)),
  };
}
