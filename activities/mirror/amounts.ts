// SPDX-License-Identifier: Apache-2.0
// Says for people how much a list of contents is, and what of it has to come from where.
import {
  amountOf,
  bytesText,
  hostOfUrl,
  type Content,
  type WantedContent,
} from '../../workflows/contracts/mirror/content.ts';

export const amountText = (contents: readonly Content[]): string => {
  const { files, bytes } = amountOf(contents);
  return `${files} files, ${bytesText(bytes)}`;
};

export function toFetchText(missing: readonly WantedContent[]): string {
  if (missing.length === 0) return 'nothing';
  const hosts = [...new Set(missing.map(({ url }) => hostOfUrl(url)))].sort();
  return `${amountText(missing)} from ${hosts.join(', ')}`;
}
