// SPDX-License-Identifier: Apache-2.0
// A mirror site as its owner describes it, parsed and complete. The schema stands beside it.
import type { BoxNetwork, HypervisorName, ReleaseName, ServiceName } from '../box/box-spec.ts';
import type { NotifyWays } from '../run/notice.ts';

/** Of what is mirrored, in the order in which it is refreshed. */
export const mirrorKinds = ['deb', 'pypi', 'oci', 'ansible', 'git'] as const;
export type MirrorKind = (typeof mirrorKinds)[number];

/** A box as far as its packages go. */
export interface MirroredBox {
  readonly release: ReleaseName;
  readonly services: readonly ServiceName[];
  /** `fake`: without what runs guests. Default: with it, where `compute` is. */
  readonly hypervisor?: HypervisorName;
  /** Further packages of its image. */
  readonly packages?: readonly string[];
}

/** One Debian archive, of which the named packages and what they depend on are mirrored. */
export interface DebSource {
  /** In URLs of the mirror: `http://MIRROR/deb/NAME`. */
  readonly name: string;
  /** Default: the Debian source of this machine. */
  readonly url?: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  readonly architectures: readonly string[];
  /** Path of a keyring in the mirror's box, or an armoured key itself. */
  readonly signedBy: string;
  readonly packages: readonly string[];
  /** Also what boxes of these services are made of. Default: none. */
  readonly boxes?: readonly MirroredBox[];
  /** `closure`: with all that they depend on; `none`: the named ones alone. */
  readonly dependencies: 'closure' | 'none';
  /** Whether an index whose `Valid-Until` is over is refused. */
  readonly checkValidUntil: boolean;
}

/** A project of a Python index, and which of its files are mirrored. */
export interface PypiProject {
  /** Normalized as PEP 503 says. */
  readonly name: string;
  /** As PEP 440 writes them: `>=2, <3`; empty: any. */
  readonly versions: string;
  /** How many versions for each Python and platform. */
  readonly newest: number;
  /** Default: those of the index. */
  readonly pythons?: readonly string[];
  readonly platforms?: readonly string[];
}

/** One Python index, of which the named projects are mirrored. */
export interface PypiIndex {
  /** In URLs of the mirror: `http://MIRROR/pypi/NAME/simple/`. */
  readonly name: string;
  /** Default: the index that pip of this machine is configured with, else PyPI's. */
  readonly url?: string;
  /** Of the clients: `3.13`. */
  readonly pythons: readonly string[];
  /** Of the clients, as wheels name them: `manylinux_2_41_x86_64`. */
  readonly platforms: readonly string[];
  /** `fallback`: source archives where no wheel fits; `always`; `never`. */
  readonly sources: 'fallback' | 'always' | 'never';
  readonly projects: readonly PypiProject[];
}

/** Of a repository, which tags and platforms are mirrored. */
export interface OciImage {
  readonly name: string;
  readonly tags: readonly string[];
  /** Default: those of the registry. */
  readonly platforms?: readonly string[];
  /** Also signatures that lie beside the images, as cosign names them. */
  readonly signatures: boolean;
}

/** One container registry, of which the named images are mirrored. */
export interface OciRegistry {
  /** First part of the repositories on the mirror: `MIRROR/NAME/library/debian`. */
  readonly name: string;
  readonly url: string;
  readonly platforms: readonly string[];
  readonly images: readonly OciImage[];
}

/** A collection of a galaxy, and which of its versions are mirrored. */
interface AnsibleCollection {
  /** `community.general` */
  readonly name: string;
  /** As ansible-galaxy writes them: `>=8,<10`; `*`: any. */
  readonly versions: string;
  /** How many versions. */
  readonly newest: number;
}

/** A role of a galaxy, and which of its versions are mirrored. */
interface AnsibleRole {
  /** `geerlingguy.docker` */
  readonly name: string;
  /** Names of versions. Default: the newest one. */
  readonly versions?: readonly string[];
}

/** One Ansible galaxy, of which the named collections and roles are mirrored. */
export interface AnsibleServer {
  /** In URLs of the mirror: `http://MIRROR/ansible/NAME/`. */
  readonly name: string;
  readonly url: string;
  /** Lines of ansible-core that a version has to be for: `2.19`. Default: any. */
  readonly core?: readonly string[];
  /** `closure`: with all that they depend on; `none`: the named ones alone. */
  readonly dependencies: 'closure' | 'none';
  readonly collections: readonly AnsibleCollection[];
  /** Default: none, as in specs of an earlier release. */
  readonly roles?: readonly AnsibleRole[];
}

/** One Git repository, of which the named branches and tags are mirrored. */
export interface GitRepository {
  /** In URLs of the mirror: `http://MIRROR/git/NAME.git`. */
  readonly name: string;
  readonly url: string;
  /** Names of branches or tags, or full names of refs. */
  readonly refs: readonly string[];
}

/** A proxy in front of the clients of a mirror: squid, which lets through a list of hosts. */
export interface MirrorProxy {
  readonly port: number;
  /** Beside the mirror itself; with a dot before those whose names below are allowed too. */
  readonly allow: readonly string[];
  /** What a person decided not to allow: it is asked about no more. As `allow`. Default: none. */
  readonly refuse?: readonly string[];
  /** `approve`: a refresh publishes once a person decided on unknown destinations. Default `report`: they are shown. */
  readonly audit?: 'report' | 'approve';
  /** How often a schedule looks for unknown destinations, and notifies: `1d`, or `never`. Default: 1d. */
  readonly auditEvery?: string;
}

/** How often a host may be asked. */
export interface UpstreamLimit {
  readonly host: string;
  readonly requests: number;
  readonly seconds: number;
}

/** Which bundles a site takes: from one site alone, signed by enough of these keys. */
export interface Receives {
  readonly site: string;
  /** Public keys as ssh-keygen writes them, without the comment. */
  readonly signers: readonly string[];
  /** How many of them must have signed. */
  readonly threshold: number;
}

export const refreshEveryDefault = '1d';
export const auditEveryDefault = '1d';

export interface MirrorSpec {
  readonly apiVersion: 'holdfast/v1';
  readonly kind: 'Mirror';
  readonly name: string;
  /** Between this machine and the box that the mirror lives in. */
  readonly network: BoxNetwork;
  /** Where the packages of that box itself come from; default: this machine's own Debian sources. */
  readonly debian?: { readonly mirror: string; readonly securityMirror?: string };
  readonly certificates: { readonly lifetimeDays: number };
  readonly deb: readonly DebSource[];
  readonly pypi: readonly PypiIndex[];
  /** Default: none, as in specs of an earlier release. */
  readonly oci?: readonly OciRegistry[];
  /** Default: none, as in specs of an earlier release. */
  readonly ansible?: readonly AnsibleServer[];
  /** Default: none, as in specs of an earlier release. */
  readonly git?: readonly GitRepository[];
  /** Default: none runs. */
  readonly proxy?: MirrorProxy;
  /** What it serves comes in bundles, from no upstream. Default: from the sources above. */
  readonly receives?: Receives;
  /** Public keys of the sites whose receipts count. Default: none. */
  readonly receivers?: readonly string[];
  readonly limits: readonly UpstreamLimit[];
  /** How often a schedule refreshes it: `1d`, or `never`. */
  readonly refreshEvery: string;
  /** How many revisions stay at least. */
  readonly keep: number;
  readonly notify?: NotifyWays;
}

export interface RollbackMirrorInput {
  readonly name: string;
  /** Null: the one published before the present one. */
  readonly revision: string | null;
  readonly takeOver: boolean;
}

export interface ExportBundleInput {
  readonly name: string;
  /** Where the bundle is written, on this machine. */
  readonly folder: string;
  /** The receipt whose contents are left out; null: nothing is. */
  readonly since: string | null;
  readonly segmentBytes: number;
  readonly takeOver: boolean;
}

export interface ImportBundleInput {
  readonly name: string;
  /** Where the bundle lies, on this machine. */
  readonly folder: string;
  readonly takeOver: boolean;
}

export interface PushImagesInput {
  readonly name: string;
  /** Of the registry, see PushArgs. */
  readonly to: string;
  readonly takeOver: boolean;
}

export interface InstallMirrorInput {
  readonly name: string;
  /** SHA-256 of the recorded file, see wanted-mirror.ts. */
  readonly specDigest: string;
  /** SHA-256 of the recorded spec that this one was made of: no other one is replaced. Default: any is. */
  readonly base?: string;
  readonly takeOver: boolean;
}

export interface ChangeMirrorInput extends InstallMirrorInput {
  readonly base: string;
  /** Of which kind the change is; null: all kinds are refreshed. */
  readonly kind: MirrorKind | null;
}

/** Where the command line records the spec that a run is to work by, below the state directory. */
export const wantedMirrorFile = ({
  name,
  specDigest,
}: Pick<InstallMirrorInput, 'name' | 'specDigest'>): string => `sites/${name}/wanted/${specDigest}.json`;

/** The spec by which a mirror was installed last, below the state directory. */
export const mirrorSpecFile = (name: string): string => `sites/${name}/spec.json`;

/** What `mirrors status` shows, below the state directory. */
export const mirrorStatusFile = (name: string): string => `sites/${name}/status.json`;

/** By which a site acknowledges what it imported, below the state directory. */
export const receiptFile = (name: string, from: string, generation: number): string =>
  `sites/${name}/receipts/${from}-${generation}.receipt`;
