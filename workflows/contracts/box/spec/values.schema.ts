// SPDX-License-Identifier: Apache-2.0
// What several keys of a spec are: names, URLs, networks, lengths, and how the reference prints their bounds.
import { z } from 'zod';
import { parseAddress, parseCidr } from '../cidr.ts';
import { credentialLifetime, everySeconds } from '../schedules.ts';

/** 48: the name is part of host names, link names and paths. */
export const boxName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,46}[a-z0-9]$/,
    'A box name has 2 to 48 characters a-z, 0-9 and -, begins with a letter and is no path',
  );

/** A spec is recorded and travels: it holds no password. */
export const urlWithoutLogin = (advice: string) =>
  z
    .url({ protocol: /^https?$/, error: 'Not an http or https URL' })
    .refine((text) => !/^\w+:\/\/[^/?#]*@/.test(text), `Holds a login: ${advice}`);

export const mirrorUrl = urlWithoutLogin(
  'write it into a file of mode 0600 below /etc/apt/auth.conf.d of this machine, as apt reads it',
);

/** A value as the reference prints it. */
export const code = (value: unknown): string =>
  `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

// What `refine` checks, a JSON schema cannot say: `bounds` says it to people, `pattern` as far as it goes to editors.
export const [cidrBounds, addressBounds] = ['an IPv4 network such as `10.77.1.0/24`', 'an IPv4 address'];

export const cidr = z
  .string()
  .refine(
    (text) => parseCidr(text) !== null,
    'Not an IPv4 network: write it as 10.77.1.0/24, with no bits behind the prefix',
  )
  .meta({ bounds: cidrBounds, pattern: String.raw`^\d+(\.\d+){3}/\d+$` });

export const address = z
  .string()
  .refine((text) => parseAddress(text) !== null, 'Not an IPv4 address')
  .meta({ bounds: addressBounds, pattern: String.raw`^\d+(\.\d+){3}$` });

export const line = z.string().regex(/^[^\r\n]*$/, 'A value is one line');

export const word = z
  .string()
  .regex(/^[A-Za-z0-9_.:-]{1,128}$/, 'A name has no blanks, brackets or line ends');

export const value = z.union([line, z.number(), z.boolean()]).transform(String);

/** @source Debian's policy 5.6.1; what begins with - or has a comma would be another argument of the build */
export const debianPackage = z
  .string()
  .regex(/^[a-z0-9][a-z0-9+.-]{1,127}$/, 'Not the name of a Debian package: a-z, 0-9, +, - and . alone');

/** A length from 5 minutes to 366 days, or `never`. */
export const every = z
  .string()
  .refine((text) => everySeconds(text) !== undefined, 'Not a length from 5m to 366d, such as 1h, nor never')
  .meta({
    bounds: 'a number and `m`, `h` or `d`, from `5m` to `366d`; or `never`',
    pattern: String.raw`^([1-9]\d*[mhd]|never)$`,
  });

export const lifetime = z
  .string()
  .refine(
    (text) => (everySeconds(text) ?? 0) >= credentialLifetime.secondsMin,
    'Not a length from 1d to 366d, such as 30d',
  )
  .meta({
    bounds: 'a number and `m`, `h` or `d`, from `1d` to `366d`',
    pattern: String.raw`^[1-9]\d*[mhd]$`,
  });

/** A DNS name of two characters or more, in small letters. */
export const hostName = z
  .string()
  .regex(/^(?=.{2,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/, 'Not a host name');
