// SPDX-License-Identifier: Apache-2.0
// A spec as a report shows it: without what a person may have written into it and nobody else is to read. Pure.

const leftOut = '(left out)';

/** Options of the services that are secret, or hold one. @source names in the configuration references of OpenStack 2025.1 */
const secretKey = /(^|_)(password|passwd|passphrase|secret|token|credential|key|connection|transport_url)$/i;

/** Every path of a value with its leaf. Lists count from 0. */
export type Leaves = ReadonlyMap<string, unknown>;

export function leavesOf(value: unknown, path = ''): Leaves {
  const children = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (children.length === 0) return new Map([[path, value]]);
  return new Map(
    children.flatMap(([key, child]) => [...leavesOf(child, path === '' ? key : `${path}.${key}`)]),
  );
}

/** Secrets by their names, logins and paths of addresses that others call, arguments of commands. */
export function withoutSecrets(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const [program, ...args] = value as unknown[];
    // The command of a notice: a token may be among its arguments.
    if (key === 'command') return args.length === 0 ? [program] : [program, leftOut];
    return value.map((each) => withoutSecrets(each, key));
  }
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, child]) => [name, withoutSecrets(child, name)]),
    );
  if (typeof value !== 'string') return value;
  if (secretKey.test(key)) return leftOut;
  return key === 'webhook'
    ? originOf(value)
    : value.replaceAll(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, `$1${leftOut}@`);
}

function originOf(url: string): string {
  return URL.canParse(url) ? `${new URL(url).origin}/${leftOut}` : leftOut;
}
