// SPDX-License-Identifier: Apache-2.0
// Texts with a meaning of their own. A reference points at a secret and never carries one.

/** Path of a secret in the store, such as `boxes/lab/admin-password`. */
export type SecretRef = string & { readonly __brand: 'SecretRef' };

export const secretRef = (path: string): SecretRef => path as SecretRef;
