// SPDX-License-Identifier: Apache-2.0
// What a new cloud holds so that a person can use it at once: flavors, an image, a project with a network and limits.
import type { FlavorArgs } from '../../contracts/box/flavor.ts';
import type { GuestImageSource } from '../../contracts/box/guest-image.ts';
import type { Apply, Observe } from '../run/activities.ts';
import type { KeystoneAccess } from '../../contracts/box/cloud-access.ts';

export interface FlavorsArgs extends KeystoneAccess {
  readonly flavors: readonly FlavorArgs[];
}

export interface ImageSeedArgs extends KeystoneAccess {
  readonly name: string;
  readonly diskFormat: string;
  readonly minDiskGigabytes: number;
  readonly minRamMebibytes: number;
  readonly properties: Readonly<Record<string, string>>;
  /** The bytes are of the guest image built from these; none: a boot sector that prints one line. */
  readonly guest?: GuestImageSource;
  /** The bytes are those of a fetched file with this digest. */
  readonly fileDigest?: string;
}

/** A project by its name and its domain's. */
export interface ProjectName {
  readonly project: string;
  readonly domain: string;
}

export interface NetworkSeedArgs extends KeystoneAccess {
  readonly owner: ProjectName;
  readonly network: string;
  readonly subnet: { readonly name: string; readonly cidr: string };
  readonly router: string;
  /** Null: the router leads nowhere else. */
  readonly outside: {
    readonly network: string;
    readonly cidr: string;
    readonly physicalNetwork: string;
  } | null;
}

/** The rules that a new project's default group begins with, or those of one project's where that cannot be said. */
export interface DefaultRulesArgs extends KeystoneAccess {
  readonly owner?: ProjectName;
}

export interface QuotaArgs extends KeystoneAccess {
  readonly owner: ProjectName;
  readonly compute: Readonly<Record<string, number>>;
  readonly network: Readonly<Record<string, number>>;
  /** Absent: the box has no volumes. */
  readonly volume?: Readonly<Record<string, number>>;
}

/** What properties of images, flavors and others mean, as Glance's package has it: namespaces, one a file. */
export interface MetadefsArgs {
  readonly box: string;
  readonly folder: string;
  readonly argv: readonly string[];
  /** Linux user. */
  readonly user: string;
}

export interface SeedsPort {
  observeMetadefs: Observe<MetadefsArgs>;
  loadMetadefs: Apply<MetadefsArgs>;
  observeFlavors: Observe<FlavorsArgs>;
  ensureFlavors: Apply<FlavorsArgs>;
  observeImageSeed: Observe<ImageSeedArgs>;
  ensureImageSeed: Apply<ImageSeedArgs>;
  observeNetworkSeed: Observe<NetworkSeedArgs>;
  ensureNetworkSeed: Apply<NetworkSeedArgs>;
  observeDefaultRules: Observe<DefaultRulesArgs>;
  ensureDefaultRules: Apply<DefaultRulesArgs>;
  observeQuotas: Observe<QuotaArgs>;
  ensureQuotas: Apply<QuotaArgs>;
}
