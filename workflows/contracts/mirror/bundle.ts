// SPDX-License-Identifier: Apache-2.0
// What a bundle carries from one mirror to another over a gap, and the receipt that comes back. Pure; opens nothing.
import type { Content } from './content.ts';
import type {
  AnsibleServer,
  DebSource,
  GitRepository,
  OciRegistry,
  PypiIndex,
  Receives,
} from './mirror-spec.ts';

/** A Debian source as the far site serves and tries it. */
export interface BundledSource extends Omit<DebSource, 'url' | 'signedBy' | 'boxes'> {
  readonly url: string;
  /** Digest of the keyring by which the upstream's signature is checked again. */
  readonly keyring: string;
}

export type BundledIndex = PypiIndex & Required<Pick<PypiIndex, 'url'>>;

/** The signed text of a bundle: `bundle.json`. What it names by digest lies in its segments, in this order. */
export interface Bundle {
  readonly kind: 'bundle';
  readonly format: 1;
  /** The site that made it. */
  readonly site: string;
  /** From 1; each bundle of a site has a higher one than those before. */
  readonly generation: number;
  /** Digest of the revision that the far site is to publish. */
  readonly revision: string;
  /** SHA-256 of the receipt whose contents are left out; null: nothing is. */
  readonly baseline: string | null;
  /** No segment is larger. */
  readonly segmentBytes: number;
  readonly contents: readonly Content[];
  readonly deb: readonly BundledSource[];
  readonly pypi: readonly BundledIndex[];
  readonly oci: readonly OciRegistry[];
  /** Absent: none, as in a bundle of an earlier release. */
  readonly ansible?: readonly AnsibleServer[];
  readonly git?: readonly GitRepository[];
}

/** What the far site acknowledges: it has published the revision, and holds these contents. */
export interface Receipt {
  readonly kind: 'receipt';
  readonly format: 1;
  /** The site that made the bundle. */
  readonly site: string;
  /** The site that took it. */
  readonly receiver: string;
  readonly generation: number;
  /** SHA-256 of `bundle.json`. */
  readonly bundle: string;
  readonly revision: string;
  /** ISO 8601 in UTC, by the far site's clock. */
  readonly publishedAt: string;
  /** Digests of all that its kept revisions consist of, sorted. */
  readonly contents: readonly string[];
}

export const bundleFile = 'bundle.json';

/** What a signature is for: one made for another purpose does not count. */
export const bundleNamespace = 'holdfast-bundle';
export const receiptNamespace = 'holdfast-receipt';

/**
 * Largest file on a medium.
 * @source FAT32 holds 4 GiB less one byte; this is a round number below it
 */
export const segmentBytesDefault = 4_000_000_000;
export const segmentBytesMin = 65_536;

/** Bytes of one content, or of a part of it. */
export interface Chunk extends Content {
  /** Where the bytes begin in the content. */
  readonly from: number;
  readonly length: number;
}

export interface Segment {
  /** Its file in the folder of the bundle. */
  readonly name: string;
  readonly size: number;
  /** One behind the other, without anything between. */
  readonly chunks: readonly Chunk[];
}

/**
 * Both ends pack by it, so that a segment needs no header that somebody could forge. A content that does not fit begins in
 * the next segment; one larger than a segment is cut.
 */
export function segmentsOf({ contents, segmentBytes }: Pick<Bundle, 'contents' | 'segmentBytes'>): Segment[] {
  const segments: Segment[] = [];
  let chunks: Chunk[] = [];
  let used = 0;
  const close = (): void => {
    if (chunks.length > 0) segments.push({ name: segmentName(segments.length + 1), size: used, chunks });
    chunks = [];
    used = 0;
  };
  for (const { digest, size } of contents) {
    if (used + size > segmentBytes) close();
    let from = 0;
    do {
      const length = Math.min(size - from, segmentBytes);
      chunks.push({ digest, size, from, length });
      used += length;
      from += length;
      if (from < size) close();
    } while (from < size);
  }
  close();
  return segments;
}

const segmentName = (number: number): string => `segment-${String(number).padStart(5, '0')}`;

/** Largest number that a name of a segment has room for. */
export const segmentsMax = 99_999;

export const isWhole = ({ from, length, size }: Chunk): boolean => from === 0 && length === size;

/** The last bundle that a site published. */
export interface Received {
  readonly site: string;
  readonly generation: number;
  /** SHA-256 of its `bundle.json`. */
  readonly bundle: string;
}

/** Why a bundle with good signatures is refused all the same; null: it is taken. `digest`: of its `bundle.json`. */
export function bundleRefusal(
  bundle: Pick<Bundle, 'site' | 'generation'>,
  digest: string,
  { site }: Pick<Receives, 'site'>,
  last: Received | null,
): string | null {
  if (bundle.site !== site) return `it is of the site ${bundle.site}, this one takes bundles of ${site}`;
  // Another site counts from 1 again.
  if (last === null || last.site !== site) return null;
  if (last.bundle === digest) return `it was imported already, as generation ${last.generation}`;
  if (bundle.generation > last.generation) return null;
  return `its generation ${bundle.generation} is not above ${last.generation}, which is published`;
}
