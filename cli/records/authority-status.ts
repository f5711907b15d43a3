// SPDX-License-Identifier: Apache-2.0
// An authority as a tree with ends, and what people have to do by when. Judges no signature; pure but for certificates that it parses.
import { X509Certificate } from 'node:crypto';
import { daysOf, type AuthoritySpec } from '../../workflows/contracts/authority/authority-spec.ts';
import type { Activation } from '../../workflows/contracts/authority/server.ts';
import { crlDaysLeft, plainSerial } from '../../workflows/contracts/authority/root-crl.ts';
import type { AuthorityRecords, CeremonyStatus, CrlStatus, RevocationStatus } from './ceremony-records.ts';

const dayMilliseconds = 86_400_000;

export interface IntermediateStatus {
  readonly generation: number;
  readonly serialNumber: string;
  /** ISO 8601; null before the chain was judged. */
  readonly ends: string | null;
  readonly state: 'in a ceremony' | 'verified' | 'sealed' | 'revoked' | 'over';
  /** SHA-256 of the chain of its records. */
  readonly seal: string | null;
  readonly folder: string;
}

interface NewestCrl {
  readonly number: number;
  readonly ends: string;
  readonly revoked: readonly string[];
}

interface ToDo {
  /** ISO 8601; null: now. */
  readonly by: string | null;
  readonly what: string;
  readonly who: string;
  readonly command: string;
}

export interface AuthorityStatus {
  readonly rootEnds: string;
  readonly intermediates: readonly IntermediateStatus[];
  readonly crl: NewestCrl | null;
  /** Which generation step-ca issues by; null: none was activated here. */
  readonly active: Activation | null;
  readonly todo: readonly ToDo[];
}

export function authorityStatus(
  spec: AuthoritySpec,
  { ceremonies, crls, revocations, active }: AuthorityRecords,
  now: number,
): AuthorityStatus {
  const crl = newestCrl(ceremonies, crls);
  const intermediates = ceremonies.map((each) => intermediateOf(each, crl, now));
  const rootEnds = isoOf(new X509Certificate(spec.root.certificate).validTo);
  const todo = [
    ...issueToDo(spec, intermediates, now),
    ...crlToDo(spec, crl, crls),
    ...revocationToDo(spec, crl, revocations),
    ...activateToDo(spec, intermediates, active),
    ...rootToDo(spec, rootEnds),
  ];
  todo.sort((a, b) => (a.by ?? '').localeCompare(b.by ?? ''));
  return { rootEnds, intermediates, crl, active, todo };
}

const isoOf = (text: string): string => new Date(text).toISOString();

/** CRLs of ceremonies of earlier releases stand in the ceremony alone. */
function newestCrl(ceremonies: readonly CeremonyStatus[], crls: readonly CrlStatus[]): NewestCrl | null {
  const own = crls.flatMap(({ number, times, isSigned, reservation }) =>
    times === null || !isSigned
      ? []
      : [{ number, ends: times.nextUpdate, revoked: reservation.revoked.map(({ serial }) => serial) }],
  );
  const earlier = ceremonies.flatMap(({ ceremony, verification }) =>
    ceremony.crlNumber === undefined || verification === null
      ? []
      : [
          {
            number: ceremony.crlNumber,
            ends: verification.ends.crl,
            revoked: ceremony.root.revoked.map(({ serial }) => serial),
          },
        ],
  );
  return [...own, ...earlier].sort((a, b) => a.number - b.number).at(-1) ?? null;
}

const isListed = (crl: NewestCrl | null, serial: string): boolean =>
  crl?.revoked.some((each) => plainSerial(each) === plainSerial(serial)) === true;

function intermediateOf(
  { generation, ceremony, verification, seal, folder }: CeremonyStatus,
  crl: NewestCrl | null,
  now: number,
): IntermediateStatus {
  const { serialNumber } = ceremony;
  const ends = verification?.ends.certificate ?? null;
  const standing = (): IntermediateStatus['state'] => {
    if (isListed(crl, serialNumber)) return 'revoked';
    if (ends === null) return 'in a ceremony';
    if (Date.parse(ends) < now) return 'over';
    return seal === null ? 'verified' : 'sealed';
  };
  return { generation, serialNumber, ends, state: standing(), seal: seal?.digest ?? null, folder };
}

/** Two thirds of the life of the newest one that is valid; at once where there is none. */
function issueToDo(
  { name, station, profile }: AuthoritySpec,
  intermediates: readonly IntermediateStatus[],
  now: number,
): ToDo[] {
  const who = `approvers, and hands with both tokens at station ${station}`;
  const command = `holdfast ca issue ${name}`;
  const valid = intermediates.filter(({ state }) => state === 'sealed').at(-1);
  const newest = intermediates.find(({ generation }) => generation === profile.generation);
  const isSpent = newest?.state === 'revoked' || newest?.state === 'over';
  const next = `raise profile.generation to ${profile.generation + 1}, record it, issue it`;
  if (isSpent && valid === undefined)
    return [{ by: null, what: `no intermediate is valid: ${next}`, who, command }];
  if (!isSpent && newest?.state !== 'sealed')
    return [
      { by: null, what: `intermediate of generation ${profile.generation} is not issued`, who, command },
    ];
  if (valid?.ends == null) return [];
  const life = (daysOf(profile.lifetime) ?? 0) * dayMilliseconds;
  const by = new Date(Date.parse(valid.ends) - life / 3);
  return [
    { by: by.getTime() < now ? null : by.toISOString(), what: `next intermediate: ${next}`, who, command },
  ];
}

function crlToDo(
  { name, root, station }: AuthoritySpec,
  crl: NewestCrl | null,
  crls: readonly CrlStatus[],
): ToDo[] {
  const who = `hands with the token ${root.serial} of the root at station ${station}`;
  const command = `holdfast ca crl ${name}`;
  const open = crls.at(-1);
  if (open !== undefined && !open.isSigned)
    return [{ by: null, what: `CRL ${open.number} waits for the root`, who, command }];
  // The first one is a ceremony's.
  if (crl === null) return [];
  const by = new Date(Date.parse(crl.ends) - crlDaysLeft * dayMilliseconds).toISOString();
  return [{ by, what: `CRL after number ${crl.number}`, who, command }];
}

function revocationToDo(
  { name }: AuthoritySpec,
  crl: NewestCrl | null,
  revocations: readonly RevocationStatus[],
): ToDo[] {
  return revocations
    .filter(({ serial }) => !isListed(crl, serial))
    .map(({ serial, revocation }) => ({
      by: null,
      what: `revocation of ${serial}: ${revocation.why}`,
      who: `${revocation.approvals} approvers, then hands with the token of the root`,
      command: `holdfast ca revoke ${name} ${serial} --reason TEXT`,
    }));
}

/** Only where the spec has a box for it. */
function activateToDo(
  { name, server }: AuthoritySpec,
  intermediates: readonly IntermediateStatus[],
  active: Activation | null,
): ToDo[] {
  const newest = intermediates.filter(({ state }) => state === 'sealed' || state === 'verified').at(-1);
  if (server === undefined || newest === undefined || active?.generation === newest.generation) return [];
  const what = `step-ca issues by ${active === null ? 'nothing' : `generation ${active.generation}`}`;
  const command = `holdfast ca activate ${name} ${newest.generation}`;
  return [{ by: null, what, who: 'anybody who may start it', command }];
}

/** From then on an intermediate of full length would outlive its root. */
function rootToDo({ name, profile }: AuthoritySpec, rootEnds: string): ToDo[] {
  const life = (daysOf(profile.lifetime) ?? 0) * dayMilliseconds;
  return [
    {
      by: new Date(Date.parse(rootEnds) - life).toISOString(),
      what: 'new root: from then on an intermediate would outlive this one',
      who: `whoever keeps the root of ${name}`,
      command: 'holdfast ca init SERIAL',
    },
  ];
}
