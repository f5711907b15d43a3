// SPDX-License-Identifier: Apache-2.0
// Distinguished names of certificates. Pure.
import { AttributeTypeAndValue, AttributeValue, Name, RelativeDistinguishedName } from '@peculiar/asn1-x509';
import type { SubjectName } from '../../../workflows/contracts/authority/authority-spec.ts';

const types = {
  country: '2.5.4.6',
  organization: '2.5.4.10',
  organizationalUnit: '2.5.4.11',
  commonName: '2.5.4.3',
} as const;

export function nameOf(subject: SubjectName): Name {
  const parts = (Object.keys(types) as (keyof typeof types)[]).flatMap((part) => {
    const text = subject[part];
    return text === undefined ? [] : [{ part, text }];
  });
  return new Name(
    parts.map(({ part, text }) => {
      // RFC 5280 wants a country as PrintableString, and UTF8String for the rest.
      const value = new AttributeValue(part === 'country' ? { printableString: text } : { utf8String: text });
      return new RelativeDistinguishedName([new AttributeTypeAndValue({ type: types[part], value })]);
    }),
  );
}
