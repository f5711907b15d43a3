// SPDX-License-Identifier: Apache-2.0
// Removes what looks like a secret from a text. A net under the rule that secrets are never written, not its replacement.

const patterns: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[private key]'],
  [/AGE-SECRET-KEY-1[0-9A-Z]+/gi, '[age identity]'],
  // user:password@ inside any URL
  // (the look-behind lets a long word be tried once, not at each of its letters)
  [/((?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]+@/gi, '$1:[redacted]@'],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 [redacted]'],
  [/((?:password|passwd|secret|token|api[_-]?key)["']?\s*[=:]\s*["']?)[^\s"',;]+/gi, '$1[redacted]'],
  // Fernet tokens of Keystone
  [/\bgAAAAA[\w-]{20,}={0,2}/g, '[token]'],
];

export function redact(text: string): string {
  return patterns.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}
