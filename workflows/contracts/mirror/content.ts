// SPDX-License-Identifier: Apache-2.0
// Names of contents: what a plan lists and a store holds. Pure; opens nothing.

/** Bytes by what they are. */
export interface Content {
  /** SHA-256, 64 hexadecimal digits. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

/** A content and where it is to be had. */
export interface WantedContent extends Content {
  readonly url: string;
}

/** What goes over the line for a list of contents. */
export interface Amount {
  readonly files: number;
  readonly bytes: number;
}

/** One count for each content, however often it is named. */
export function amountOf(contents: readonly Content[]): Amount {
  const sizes = new Map(contents.map(({ digest, size }) => [digest, size]));
  return { files: sizes.size, bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0) };
}

/** `3.1 MB`, in powers of ten as networks are sold. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(2)} GB`;
}

/** Of a URL; empty for one that is none. Without user and password. */
export function hostOfUrl(url: string): string {
  return /^[a-z]+:\/\/(?:[^/?#]*@)?([^/?#]*)/i.exec(url)?.[1]?.toLowerCase() ?? '';
}

/** For people: a URL without user, password, query and fragment, any of which can be a secret. */
export function plainUrl(url: string): string {
  return url.replace(/^([a-z]+:\/\/)[^/?#]*@/i, '$1').replace(/[?#].*$/, '');
}
