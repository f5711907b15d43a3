// SPDX-License-Identifier: Apache-2.0
// One value of an OpenStack configuration file, as oslo.config reads it. Pure.

/** The last setting of the key in the section, which is the one that counts; null when there is none. */
export function iniValue(text: string, section: string, key: string): string | null {
  let [inside, found]: [boolean, string | null] = [false, null];
  for (const line of text.split('\n')) {
    const header = /^\[([^\]]+)\]/.exec(line);
    if (header !== null) inside = header[1] === section;
    // A line that begins with a blank goes on with the value before it; comments begin with # or ;.
    const setting = /^([^\s#;[=:][^=:]*)[=:](.*)$/.exec(line);
    if (inside && setting?.[1]?.trim() === key) found = (setting[2] ?? '').trim();
  }
  return found;
}
