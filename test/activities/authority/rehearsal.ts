// SPDX-License-Identifier: Apache-2.0
// A ceremony on tokens of this process: the effects of its steps in their order, each begun anew after a death, as a run does.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { approvalDifferences, recordApproval } from '../../../activities/authority/approvals.ts';
import { ceremonyDifferences, reserveCeremony } from '../../../activities/authority/ceremony.ts';
import { sealCeremony, sealDifferences } from '../../../activities/authority/seal.ts';
import { fixToBeSigned, toBeSignedDifferences } from '../../../activities/authority/to-be-signed.ts';
import { CeremonyRecords } from '../../../activities/clients/ca/ceremony-records.ts';
import { CrlRecords, reservedNumbers } from '../../../activities/clients/ca/crl-records.ts';
import { Failure } from '../../../activities/clients/failure.ts';
import { requestToBeSigned } from '../../../activities/clients/ca/to-be-signed.ts';
import { sha256 } from '../../../activities/clients/ca/signed.ts';
import { certificateDifferences, signCertificate } from '../../../activities/station/certificate.ts';
import { importCertificate, importedDifferences } from '../../../activities/station/imported.ts';
import { keyDifferences, makeKey } from '../../../activities/station/key.ts';
import { PinJournal } from '../../../activities/station/pin-journal.ts';
import { Pins } from '../../../activities/station/pins.ts';
import {
  attestationDifferences,
  recordAttestation,
  requestDifferences,
  signRequest,
} from '../../../activities/station/request.ts';
import { ceremonyCrlDifferences, signCeremonyCrl } from '../../../activities/station/root-crl.ts';
import type { Station } from '../../../activities/station/station.ts';
import { tokenBackDifferences, tokenDifferences } from '../../../activities/station/tokens.ts';
import { approvalMessage } from '../../../workflows/contracts/authority/approval.ts';
import type { CeremonyRef, Verification } from '../../../workflows/contracts/authority/ceremony.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { CeremonyRequest } from '../../../workflows/ports/authority/ceremony.ts';
import { Crash, fakeToken, FakeTokens, type FakeToken } from './fake-tokens.ts';
import { ceremonyOf, softwareRoot } from './software-root.ts';
import { sshSigner } from './ssh-signer.ts';

interface Effect {
  readonly id: string;
  readonly observe: () => Promise<readonly Difference[]>;
  readonly apply: () => Promise<unknown>;
}

export const ref: CeremonyRef = { authority: 'lab', generation: 1 };
export const people = { alice: sshSigner(), bob: sshSigner(), carol: sshSigner() };

const nobodyJudged: Difference = { what: 'verification', have: 'none', want: 'some' };
export const verification: Verification = {
  chainDigest: '0'.repeat(64),
  verdicts: [{ verifier: 'x', subject: 'x', expected: 'accepted', actual: 'accepted', detail: '' }],
  ends: { root: '2046-01-01', certificate: '2031-01-01', crl: '2028-01-01' },
};

export class Rehearsal {
  readonly root = softwareRoot();
  readonly tokens = { root: fakeToken('token-1'), intermediate: fakeToken('token-2') };
  readonly fake: FakeTokens;
  readonly records: CeremonyRecords;
  request: CeremonyRequest;

  private constructor(
    readonly state: string,
    others: readonly FakeToken[],
  ) {
    this.fake = new FakeTokens([...Object.values(this.tokens), ...others]);
    this.records = new CeremonyRecords(state, ref);
    const { keys, spec, der } = this.root;
    this.tokens.root.keys.push({ id: spec.id, label: 'root', pair: keys, isLocal: true });
    this.tokens.root.certificates.push({ id: spec.id, label: 'root', certificate: der.toString('base64') });
    const { serialNumber: _, reservedAt: __, ...request } = ceremonyOf(spec);
    const approvers = Object.entries(people).map(([name, { publicKey }]) => ({ name, key: publicKey }));
    this.request = { ...request, requestedBy: 'carol', approvers };
  }

  /** `others`: tokens that are none of the ceremony's. */
  static async create(...others: FakeToken[]): Promise<Rehearsal> {
    return new Rehearsal(await mkdtemp(join(tmpdir(), 'holdfast-rehearsal-')), others);
  }

  remove(): Promise<void> {
    return rm(this.state, { recursive: true, force: true });
  }

  /** As a station that was just started: it knows no PIN, and people type the right one. */
  station(): Station {
    const serialOf = (question: string): string => /serial number (\S+?)[: ]/.exec(question)?.[1] ?? '';
    const pins = new Pins({
      station: 'desk',
      tokens: this.fake,
      journal: new PinJournal(join(this.state, 'stations', 'pins')),
      files: new Map(),
      ask: (question) => Promise.resolve(`pin of ${serialOf(question)}`),
    });
    return { name: 'desk', stateDirectory: this.state, tokens: this.fake, pins };
  }

  effects(station = this.station()): Effect[] {
    const nothing = (): Promise<void> => Promise.resolve();
    return [
      {
        id: 'profile',
        observe: () => ceremonyDifferences(this.state, this.request),
        apply: () => reserveCeremony(this.state, this.request),
      },
      {
        id: 'token.intermediate',
        observe: () => tokenDifferences(station, ref, 'intermediate'),
        apply: nothing,
      },
      { id: 'key', observe: () => keyDifferences(station, ref), apply: () => makeKey(station, ref) },
      {
        id: 'attestation',
        observe: () => attestationDifferences(station, ref),
        apply: () => recordAttestation(station, ref),
      },
      {
        id: 'request',
        observe: () => requestDifferences(station, ref),
        apply: async () => {
          await this.learn();
          await signRequest(station, ref);
        },
      },
      {
        id: 'to-be-signed',
        observe: () => toBeSignedDifferences(this.state, ref),
        apply: () => fixToBeSigned(this.state, ref),
      },
      {
        id: 'approved',
        observe: () => approvalDifferences(this.state, { ...ref, count: 2 }),
        apply: () => this.approveAll(),
      },
      { id: 'token.root', observe: () => tokenDifferences(station, ref, 'root'), apply: nothing },
      {
        id: 'certificate',
        observe: () => certificateDifferences(station, ref),
        apply: async () => {
          await this.learn();
          await signCertificate(station, ref);
        },
      },
      {
        id: 'crl',
        observe: () => ceremonyCrlDifferences(station, ref),
        apply: () => this.knowing(() => signCeremonyCrl(station, ref)),
      },
      // Programs that judge it are another test's.
      {
        id: 'verified',
        observe: async () => ((await this.records.verification()) === null ? [nobodyJudged] : []),
        apply: () => this.records.offer('verification', verification),
      },
      { id: 'token.back', observe: () => tokenBackDifferences(station, ref), apply: nothing },
      {
        id: 'imported',
        observe: () => importedDifferences(station, ref),
        apply: () => importCertificate(station, ref),
      },
      {
        id: 'record',
        observe: () => sealDifferences(this.state, ref),
        apply: () => sealCeremony(this.state, ref),
      },
    ];
  }

  /** Carries out the steps up to the one named. */
  async until(last: string, station = this.station()): Promise<void> {
    for (const { id, observe, apply } of this.effects(station)) {
      if ((await observe()).length > 0) {
        await apply();
        const left = await observe();
        if (left.length > 0) throw new Error(`${id} is not true afterwards: ${JSON.stringify(left)}`);
      }
      if (id === last) return;
    }
  }

  /** After a death the first may have approved already. */
  private async approveAll(): Promise<void> {
    if ((await approvalDifferences(this.state, { ...ref, count: 1 })).length > 0)
      await this.approve('alice', 1);
    await this.approve('bob', 2);
  }

  async approve(approver: keyof typeof people, count: number, at = new Date()): Promise<string> {
    const data = await this.approval(approver, at);
    return recordApproval(this.state, { ...ref, count }, { data, actor: approver, reason: '', at: '' });
  }

  async approval(approver: keyof typeof people, time = new Date()) {
    const at = time.toISOString().replace(/\.\d+Z$/, 'Z');
    const digest = sha256(await this.records.require('toBeSigned'));
    const message = approvalMessage({ ceremony: 'lab/1', digest, at });
    return { approver, at, signature: people[approver].sign(message) };
  }

  private async crlBytes(): Promise<(Buffer | null)[]> {
    const numbers = await reservedNumbers(this.state, ref.authority);
    return Promise.all(
      numbers.map((number) => new CrlRecords(this.state, ref.authority, number).bytes('toBeSigned')),
    );
  }

  /** The first try fixes the bytes; a double has to know them before it signs. */
  async knowing<T>(sign: () => Promise<T>): Promise<T> {
    await sign().catch((error: unknown) => {
      if (error instanceof Failure || error instanceof Crash) throw error;
    });
    await this.learn();
    return sign();
  }

  /** Tells the double all bytes that may be signed. */
  async learn(): Promise<void> {
    const key = await this.records.key();
    const known = [
      key && requestToBeSigned(this.request.profile.subject, Buffer.from(key.publicKey, 'base64')),
      await this.records.bytes('toBeSigned'),
      ...(await this.crlBytes()),
    ];
    for (const bytes of known) if (bytes !== null) this.fake.mayBeSigned.push(bytes);
  }
}
