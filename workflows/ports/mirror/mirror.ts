// SPDX-License-Identifier: Apache-2.0
// A mirror site: its spec and signing key, and a refresh of what it serves, from pins to publication.
import type { SecretRef } from '../../contracts/box/brands.ts';
import type {
  AnsibleServer,
  DebSource,
  GitRepository,
  MirrorKind,
  MirrorSpec,
  OciRegistry,
  PypiIndex,
  UpstreamLimit,
} from '../../contracts/mirror/mirror-spec.ts';
import type { Apply, Observe } from '../run/activities.ts';

export interface MirrorSpecArgs {
  readonly spec: MirrorSpec;
  /** SHA-256 of the only recorded spec that may be replaced. Default: any, and none. */
  readonly base?: string;
}

export interface SigningKeyArgs {
  readonly box: string;
  readonly reference: SecretRef;
}

interface SiteArgs {
  readonly box: string;
}

/** A source with the URL that was chosen for it, the path of its key in the box, and the packages of its boxes among the others. */
export type DebSourceArgs = Omit<DebSource, 'boxes'> & Required<Pick<DebSource, 'url'>>;

export interface DebArgs extends SiteArgs {
  readonly sources: readonly DebSourceArgs[];
  readonly limits: readonly UpstreamLimit[];
}

/** An index with the URL that was chosen for it. */
export type PypiIndexArgs = PypiIndex & Required<Pick<PypiIndex, 'url'>>;

export interface PypiArgs extends SiteArgs {
  readonly indexes: readonly PypiIndexArgs[];
  readonly limits: readonly UpstreamLimit[];
}

export interface OciArgs extends SiteArgs {
  /** By which clients reach the mirror. */
  readonly address: string;
  readonly registries: readonly OciRegistry[];
  readonly limits: readonly UpstreamLimit[];
}

export interface AnsibleArgs extends SiteArgs {
  readonly servers: readonly AnsibleServer[];
  readonly limits: readonly UpstreamLimit[];
}

export interface GitArgs extends SiteArgs {
  readonly repositories: readonly GitRepository[];
  readonly limits: readonly UpstreamLimit[];
}

/** A scheduled refresh stays away from a mirror that was rolled back. */
export interface ObserveSiteArgs extends SiteArgs {
  readonly scheduled?: true;
}

export interface RetainArgs extends SiteArgs {
  readonly keep: number;
}

export interface RollbackArgs extends RetainArgs {
  /** Null: the one published before the present one. */
  readonly revision: string | null;
}

interface PublicationArgs extends SiteArgs {
  /** Whether scheduled refreshes stay away afterwards. */
  readonly isHeld: boolean;
}

export interface KeptArgs extends SiteArgs {
  readonly kinds: readonly MirrorKind[];
}

export interface MirrorPort {
  observeMirrorSpec: Observe<MirrorSpecArgs>;
  recordMirrorSpec: Apply<MirrorSpecArgs>;
  /** No box of the state directory takes its packages from it, or may do so. */
  observeSiteUnused: Observe<SiteArgs>;
  observeNoMirrorRecord: Observe<SiteArgs>;
  removeMirrorRecord: Apply<SiteArgs>;
  /** The key lies in the box and in the secret store; its public half is served. */
  observeSigningKey: Observe<SigningKeyArgs>;
  ensureSigningKey: Apply<SigningKeyArgs>;
  /** The box is on and its web server answers. */
  observeSite: Observe<ObserveSiteArgs>;
  /** What a refresh would fetch: reads the upstreams' indexes, and changes nothing that is served. */
  observeRefreshPlan: Observe<DebArgs>;
  /** Signed Release files and indexes of this run, in the content store. */
  observePins: Observe<DebArgs>;
  pinUpstream: Apply<DebArgs>;
  /** The list of the files that these pins ask for. */
  observePlan: Observe<DebArgs>;
  writePlan: Apply<DebArgs>;
  observeFetched: Observe<DebArgs>;
  fetchPlan: Apply<DebArgs>;
  /** Every file of the plan is read again. */
  observeVerified: Observe<DebArgs>;
  repairContents: Apply<DebArgs>;
  /** aptly has a snapshot of exactly the plan, and the manifest is stored. */
  observeDebBuilt: Observe<DebArgs>;
  buildDeb: Apply<DebArgs>;
  /** As those of Debian archives, of Python indexes. */
  observePypiRefreshPlan: Observe<PypiArgs>;
  observePypiPins: Observe<PypiArgs>;
  pinPypi: Apply<PypiArgs>;
  observePypiPlan: Observe<PypiArgs>;
  writePypiPlan: Apply<PypiArgs>;
  observePypiFetched: Observe<PypiArgs>;
  fetchPypi: Apply<PypiArgs>;
  observePypiVerified: Observe<PypiArgs>;
  repairPypi: Apply<PypiArgs>;
  /** Pages and links of the plan lie beside those of other revisions, and the manifest is stored. */
  observePypiBuilt: Observe<PypiArgs>;
  buildPypi: Apply<PypiArgs>;
  observePypiSmoke: Observe<PypiArgs>;
  runPypiSmoke: Apply<PypiArgs>;
  /** As those of Debian archives, of container registries; what is pinned is the plan. */
  observeOciRefreshPlan: Observe<OciArgs>;
  observeOciPins: Observe<OciArgs>;
  pinOci: Apply<OciArgs>;
  observeOciFetched: Observe<OciArgs>;
  fetchOci: Apply<OciArgs>;
  observeOciVerified: Observe<OciArgs>;
  repairOci: Apply<OciArgs>;
  /** Links to manifests and blobs lie beside those of other revisions. */
  observeOciBuilt: Observe<OciArgs>;
  buildOci: Apply<OciArgs>;
  observeOciSmoke: Observe<OciArgs>;
  runOciSmoke: Apply<OciArgs>;
  /** As those of container registries, of Ansible galaxies. */
  observeAnsibleRefreshPlan: Observe<AnsibleArgs>;
  observeAnsiblePins: Observe<AnsibleArgs>;
  pinAnsible: Apply<AnsibleArgs>;
  observeAnsibleFetched: Observe<AnsibleArgs>;
  fetchAnsible: Apply<AnsibleArgs>;
  observeAnsibleVerified: Observe<AnsibleArgs>;
  repairAnsible: Apply<AnsibleArgs>;
  /** Answers and links of artifacts lie beside those of other revisions. */
  observeAnsibleBuilt: Observe<AnsibleArgs>;
  buildAnsible: Apply<AnsibleArgs>;
  observeAnsibleSmoke: Observe<AnsibleArgs>;
  runAnsibleSmoke: Apply<AnsibleArgs>;
  /** As those of container registries, of Git repositories. */
  observeGitRefreshPlan: Observe<GitArgs>;
  observeGitPins: Observe<GitArgs>;
  pinGit: Apply<GitArgs>;
  observeGitFetched: Observe<GitArgs>;
  fetchGit: Apply<GitArgs>;
  observeGitVerified: Observe<GitArgs>;
  repairGit: Apply<GitArgs>;
  /** Bare repositories lie beside those of other revisions; git found every object of them. */
  observeGitBuilt: Observe<GitArgs>;
  buildGit: Apply<GitArgs>;
  observeGitSmoke: Observe<GitArgs>;
  runGitSmoke: Apply<GitArgs>;
  /** The run notes manifests of the published revision, for kinds that it does not refresh. */
  observeKeptKinds: Observe<KeptArgs>;
  keepKinds: Apply<KeptArgs>;
  observeRevision: Observe<SiteArgs>;
  composeRevision: Apply<SiteArgs>;
  /** The bill of materials of the revision, and its difference to the published one, can be read. */
  observeBills: Observe<SiteArgs>;
  writeBills: Apply<SiteArgs>;
  observeStaged: Observe<SiteArgs>;
  stageRevision: Apply<SiteArgs>;
  /** Real apt took everything from the staged revision alone, and refused altered copies of it. */
  observeSmoke: Observe<DebArgs>;
  runSmoke: Apply<DebArgs>;
  observeRevisionPublished: Observe<PublicationArgs>;
  publishRevision: Apply<PublicationArgs>;
  /** No revision is kept that is neither new nor served of late. */
  observeRetained: Observe<RetainArgs>;
  collectContents: Apply<RetainArgs>;
  observeRollbackChosen: Observe<RollbackArgs>;
  chooseRollback: Apply<RollbackArgs>;
  /** Every file of the staged revision is read where the web server reads it. */
  observeServed: Observe<SiteArgs>;
  observeMirrorStatus: Observe<SiteArgs>;
  writeMirrorStatus: Apply<SiteArgs>;
}
