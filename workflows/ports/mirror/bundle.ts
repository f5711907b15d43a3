// SPDX-License-Identifier: Apache-2.0
// Bundles of a mirror site: written for a far site, and taken from a medium that is believed nothing.
import type { SecretRef } from '../../contracts/box/brands.ts';
import type {
  AnsibleServer,
  GitRepository,
  OciRegistry,
  Receives,
} from '../../contracts/mirror/mirror-spec.ts';
import type { Apply, Observe } from '../run/activities.ts';
import type { DebSourceArgs, PypiIndexArgs, SigningKeyArgs } from './mirror.ts';

export interface ExportArgs {
  readonly box: string;
  /** Of the bundle, on this machine. */
  readonly folder: string;
  /** SHA-256 of the receipt as it was when the run began; null: a whole bundle. */
  readonly since: { readonly path: string; readonly digest: string } | null;
  readonly receivers: readonly string[];
  readonly segmentBytes: number;
  readonly key: SecretRef;
  readonly deb: readonly DebSourceArgs[];
  readonly pypi: readonly PypiIndexArgs[];
  readonly oci: readonly OciRegistry[];
  /** Default: none. */
  readonly ansible?: readonly AnsibleServer[];
  /** Default: none. */
  readonly git?: readonly GitRepository[];
}

interface BundleArgs {
  readonly box: string;
  /** Where the medium is mounted. */
  readonly folder: string;
}

export interface AdmitArgs extends BundleArgs {
  /** SHA-256 of `bundle.json` as it was when the run began. */
  readonly bundle: string;
  readonly receives: Receives;
}

export interface ReceiptArgs {
  readonly box: string;
  readonly key: SecretRef;
}

interface SiteArgs {
  readonly box: string;
}

export interface BundlePort {
  /** The key is in the secret store; its public half is served. */
  observeBundleKey: Observe<SigningKeyArgs>;
  ensureBundleKey: Apply<SigningKeyArgs>;
  /** The contents of the bundle of this run are chosen, and it has a generation. */
  observeBundlePlan: Observe<ExportArgs>;
  planBundle: Apply<ExportArgs>;
  observeBundleWritten: Observe<ExportArgs>;
  writeBundle: Apply<ExportArgs>;
  /** Every segment is read where it was written. */
  observeBundleSound: Observe<ExportArgs>;
  rewriteSegments: Apply<ExportArgs>;
  observeBundleSigned: Observe<ExportArgs>;
  signBundle: Apply<ExportArgs>;
  /** Enough signers signed the bundle, and it is newer than what was imported. */
  observeAdmitted: Observe<AdmitArgs>;
  admitBundle: Apply<AdmitArgs>;
  /** Every segment was taken into the content store. */
  observeSegments: Observe<BundleArgs>;
  takeSegments: Apply<BundleArgs>;
  /** All that the revision consists of is here and sound. */
  observeComplete: Observe<SiteArgs>;
  /** The run notes the manifests of the revision; the keyrings of its sources are laid out. */
  observeUnpacked: Observe<SiteArgs>;
  unpackBundle: Apply<SiteArgs>;
  /** Pages and links of the Python indexes of the bundle lie beside those of other revisions. */
  observePypiLaid: Observe<SiteArgs>;
  layPypi: Apply<SiteArgs>;
  /** What was built is the revision that the bundle names. */
  observeBundledRevision: Observe<SiteArgs>;
  composeBundledRevision: Apply<SiteArgs>;
  /** The far site acknowledged the bundle, which is refused from now on. */
  observeReceipt: Observe<ReceiptArgs>;
  writeReceipt: Apply<ReceiptArgs>;
}
