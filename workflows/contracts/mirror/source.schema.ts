// SPDX-License-Identifier: Apache-2.0
// What the sources of every kind have in common in a mirror's spec: names, URLs, and lists without doubles.
import { z } from 'zod';

/** Part of paths and of URLs. */
export const sourceName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/, 'A source has 2 to 32 characters a-z, 0-9 and -, a letter first');

/** A password in a URL would be in every plan: it is refused, not hidden. */
export const sourceUrl = z
  .url({ protocol: /^https?$/, error: 'Not a URL that begins with http:// or https://' })
  .refine(
    (text) => !/^[a-z]+:\/\/[^/]*@/i.test(text),
    'A URL with a user or password is a secret: write it without',
  )
  .refine((text) => !/[?#]/.test(text), 'A URL with a query or fragment is not the root of an archive')
  .transform((text) => text.replace(/\/+$/, ''));

export const unique = <T extends z.ZodType<string>>(item: T, what: string) =>
  z
    .array(item)
    .min(1, `Name at least one ${what}`)
    .refine((list) => new Set(list).size === list.length, `A ${what} stands here twice`);

/** A list of objects, each of another name. */
export const named = <T extends z.ZodType<{ name: string }>>(item: T, what: string) =>
  z.array(item).superRefine((list, context) => {
    list.forEach(({ name }, index) => {
      if (list.findIndex((each) => each.name === name) === index) return;
      context.addIssue({
        code: 'custom',
        path: [index, 'name'],
        message: `Another ${what} is named ${name}`,
      });
    });
  });

export const digest = z.string().regex(/^[0-9a-f]{64}$/, 'Not a digest: 64 digits 0-9 and a-f');

/** 32 octets behind the name of the algorithm, as ssh-keygen writes them. */
export const ed25519Key = z
  .string()
  .regex(
    /^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43}$/,
    'Not a public ed25519 key of ssh without its comment: ssh-ed25519 AAAA…',
  );
