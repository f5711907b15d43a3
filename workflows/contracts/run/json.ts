// SPDX-License-Identifier: Apache-2.0
// Reads JSON for a schema that judges it. Pure.

/** Null for what is not JSON: a schema of an object refuses both alike. */
export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
