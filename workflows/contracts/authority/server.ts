// SPDX-License-Identifier: Apache-2.0
// The box in which an authority answers: step-ca over ACME, and a web server with chain and CRL. Its names and paths. Pure.
import type { CertificateProfile, IntermediateSpec } from './authority-spec.ts';

/** What the box is made of. Holds no values; profiles/authority.ts does. */
export interface ServerProfile {
  readonly suite: string;
  readonly packages: readonly string[];
  readonly unitsShippedDisabled: readonly string[];
  readonly generatorsMasked: readonly string[];
  /** MiB that must be free for the box and its image. */
  readonly size: { readonly diskFreeMebibytesMin: number; readonly memoryMebibytesMin: number };
}

/** Name of the box of an authority. */
export const serverBox = (authority: string): string => `${authority}-ca`;

/** Whose box has this name; null for a name that no such box has. */
export const authorityOf = (box: string): string | null => /^(.+)-ca$/.exec(box)?.[1] ?? null;

/** Below the folder that the box and this machine share. */
export const serverPaths = {
  program: 'bin/step-ca',
  /** Served by the web server. */
  public: 'public',
  /** The token and its PIN; the group of step-ca alone may enter it. */
  token: 'token',
} as const;

export const pinName = 'pin';

/** In the box. A folder for each generation holds what step-ca reads; `live` is a link to the one that serves. */
const configurationFolder = '/etc/step-ca';
export const liveFolder = `${configurationFolder}/live`;
export const generationFolder = (generation: number): string =>
  `${configurationFolder}/generations/${generation}`;
export const hsmConfiguration = `${configurationFolder}/softhsm2.conf`;
export const hsmModule = '/usr/lib/softhsm/libsofthsm2.so';
export const serverUnit = 'step-ca.service';

/** Where the ACME client of the probe keeps its account and its leaf, in the box. */
export const probeFolder = '/var/lib/holdfast-probe';
export const challengeFolder = `${probeFolder}/challenges`;

export const acmeDirectory = ([name = '']: readonly string[]): string =>
  `https://${name}/acme/acme/directory`;

/** The name of the leaf by which a new configuration is tried: it leads to the box alone. */
export const probeName = ({ permitted }: Pick<CertificateProfile, 'permitted'>): string =>
  `holdfast-probe.${permitted[0] ?? ''}`;

/** Paths of the web server, below its root. */
export const chainPath = (generation: number): string => `/chain/${generation}.pem`;
export const rootPath = '/root.pem';
/** Of a CRL by its URL. */
export const crlPath = (crlUrl: string): string => crlUrl.replace(/^http:\/\/[^/]*/, '');

export interface ServerRef {
  readonly authority: string;
  readonly box: string;
}

export interface PublishArgs extends ServerRef {
  readonly crlUrl: string;
  /** Where the box answers. */
  readonly address: string;
  readonly rootFingerprint: string;
}

export interface ActivateArgs extends ServerRef {
  readonly generation: number;
  readonly names: readonly string[];
  readonly intermediate: IntermediateSpec;
  readonly leafDays: number;
  readonly probe: string;
}

/** Which generation serves, as `ca status` shows it. */
export interface Activation {
  readonly generation: number;
  readonly activatedAt: string;
  /** Of the leaf by which it was tried. */
  readonly leaf: { readonly serial: string; readonly issuer: string; readonly ends: string };
}

/** Below the state directory. */
export const activationFile = (authority: string): string => `authorities/${authority}/activation.json`;

/** What a run of InstallAuthority is started with. */
export interface InstallCaInput {
  readonly name: string;
  readonly specDigest: string;
  readonly takeOver: boolean;
}

/** What a run of ActivateIntermediate is started with. */
export interface DestroyCaInput {
  readonly name: string;
  /** True: boxes keep the certificates that they have from it, until these end. */
  readonly leaveBoxes: boolean;
  readonly takeOver: boolean;
}

export interface ActivateCaInput {
  readonly name: string;
  readonly generation: number;
  readonly takeOver: boolean;
}

/** Where the records of authorities that were destroyed lie, below the state directory: `lab-20261130T154500Z`. */
export const destroyedAuthorities = 'destroyed/authorities';
