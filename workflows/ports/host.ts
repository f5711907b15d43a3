// SPDX-License-Identifier: Apache-2.0
// A managed host: files, units, and whether this machine can hold a box at all.
import type { Apply, Observe } from './run/activities.ts';

/** The mirror site that a box has its packages from. */
export interface PreflightSite {
  readonly name: string;
  /** Text of a deb822 sources file. */
  readonly sources: string;
  /** Lines of apt's configuration. */
  readonly aptOptions: readonly string[];
  /** What is in every system of the release. */
  readonly base: readonly string[];
  /** Its guest image is built from there too. */
  readonly hasGuests: boolean;
}

export interface PreflightArgs {
  readonly box: string;
  readonly link: string;
  readonly management: { readonly cidr: string; readonly address: string; readonly gateway: string };
  /** Of floating IPs; absent: none. */
  readonly externalNetwork?: { readonly cidr: string; readonly link: string };
  /** Under which others reach it; absent in tables of an earlier release. */
  readonly access?: {
    readonly name?: string;
    readonly address?: string;
    readonly wireguard?: { readonly address: string; readonly port: number };
  };
  /** That the box takes of that address; absent in tables of an earlier release. */
  readonly ports?: readonly number[];
  /** The image this box would stand on; its sources are asked only while it is not built. */
  readonly recipe: string;
  readonly suite: string;
  readonly packages: readonly string[];
  /** URLs of the sources' Release files. */
  readonly sources: readonly string[];
  /** Default: none, the packages come from elsewhere. */
  readonly site?: PreflightSite;
  /** What the box and its image need, MiB. @source an image of 860 MB, its packages of 170 MB, a box of 300 MB */
  readonly diskFreeMebibytesMin: number;
  readonly memoryMebibytesMin: number;
  readonly processorsMin: number;
}

/** One file as it has to be; the content names secrets by mark (contracts/secret-mark.ts) and holds none. */
export interface FileArgs {
  readonly path: string;
  /** Octal, without a leading zero: `640`. */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  readonly content: string;
}

interface FilesArgs {
  readonly box: string;
  readonly files: readonly FileArgs[];
}

export interface UnitArgs {
  readonly box: string;
  readonly unit: string;
  /** A unit that began before one of these files changed is restarted. */
  readonly files: readonly string[];
  /** Asked inside the box; an active unit may still be broken. */
  readonly health?: { readonly url: string; readonly statuses: readonly number[] };
  /** Asked once the unit is active; absent: active is enough. */
  readonly heartbeat?: HeartbeatArgs;
}

/** Of a program that listens to RabbitMQ alone: where it writes, from then on, that it takes work. */
export interface HeartbeatArgs {
  readonly database: string;
  /** One value: when it last did, in seconds since 1970; empty: never. */
  readonly statement: string;
}

export interface HostPort {
  observePreflight: Observe<PreflightArgs>;
  observeFiles: Observe<FilesArgs>;
  writeFiles: Apply<FilesArgs>;
  observeUnit: Observe<UnitArgs>;
  ensureUnit: Apply<UnitArgs>;
}
