// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import {
  isHostAddress,
  overlaps,
  parseAddress,
  parseCidr,
  type Cidr,
} from '../../workflows/contracts/box/cidr.ts';

function network(text: string): Cidr {
  const parsed = parseCidr(text);
  if (parsed === null) throw new Error(`${text} is no network`);
  return parsed;
}

const address = (text: string): number => parseAddress(text) ?? Number.NaN;

describe('parseAddress()', () => {
  it.each([
    ['0.0.0.0', 0],
    ['10.77.1.2', 0x0a4d0102],
    ['127.0.0.1', 0x7f000001],
    ['255.255.255.255', 2 ** 32 - 1],
  ])('parseAddress() reads %s when it is an address', (text, value) => {
    expect(parseAddress(text)).toBe(value);
  });

  it.each(['', '10.0.0', '10.0.0.0.1', '10.0.0.256', '10.0.0.-1', '10.0.0.01', '10.0.0.1 ', '0x0a.0.0.1'])(
    'parseAddress() is null when the text is %j',
    (text) => {
      expect(parseAddress(text)).toBeNull();
    },
  );

  it.each(['::1', 'localhost', '10.0.0.1\n', '10..0.1', '1e1.0.0.1', '٣.0.0.1'])(
    'parseAddress() is null when %j only looks like an address',
    (text) => {
      expect(parseAddress(text)).toBeNull();
    },
  );
});

describe('parseCidr()', () => {
  it.each([
    ['0.0.0.0/0', 0, 2 ** 32 - 1],
    ['128.0.0.0/1', 2 ** 31, 2 ** 32 - 1],
    ['10.77.1.0/24', 0x0a4d0100, 0x0a4d01ff],
    ['10.77.1.4/30', 0x0a4d0104, 0x0a4d0107],
    ['10.77.1.2/31', 0x0a4d0102, 0x0a4d0103],
    ['255.255.255.255/32', 2 ** 32 - 1, 2 ** 32 - 1],
  ])('parseCidr() reads first and last address when the text is %s', (text, first, last) => {
    expect(parseCidr(text)).toEqual({ first, last, prefix: Number(text.split('/')[1]) });
  });

  it.each(['10.77.1.0/33', '10.77.1.0/99', '10.77.1.0/-1', '10.77.1.0/240', '10.77.1.0/24.0', '10.77.1.0/x'])(
    'parseCidr() is null when the mask of %s is impossible',
    (text) => {
      expect(parseCidr(text)).toBeNull();
    },
  );

  it.each(['10.77.1.1/24', '10.77.1.1/31', '0.0.0.1/0', '10.77.0.128/24', '128.0.0.0/0'])(
    'parseCidr() is null when %s has bits behind its prefix',
    (text) => {
      expect(parseCidr(text)).toBeNull();
    },
  );

  it.each([
    '',
    '/',
    '10.77.1.0',
    '10.77.1.0/',
    '/24',
    '10.77.1.0/24/24',
    '10.77.1.0/255.255.255.0',
    ' 10.0.0.0/8',
  ])('parseCidr() is null when %j is no network', (text) => {
    expect(parseCidr(text)).toBeNull();
  });
});

describe('overlaps()', () => {
  it.each([
    ['10.0.0.0/8', '10.77.1.0/24', true],
    ['10.77.1.0/24', '10.77.1.0/24', true],
    ['10.77.1.0/24', '10.77.1.255/32', true],
    ['0.0.0.0/0', '255.255.255.255/32', true],
    ['10.77.0.0/24', '10.77.1.0/24', false],
    ['10.77.1.0/25', '10.77.1.128/25', false],
    ['10.77.1.2/31', '10.77.1.4/31', false],
    ['10.77.1.2/32', '10.77.1.3/32', false],
  ])('overlaps() tells in both directions when the networks are %s and %s', (one, other, both) => {
    expect(overlaps(network(one), network(other))).toBe(both);
    expect(overlaps(network(other), network(one))).toBe(both);
  });
});

describe('isHostAddress()', () => {
  it.each([
    ['10.77.1.0/24', '10.77.1.1', true],
    ['10.77.1.0/24', '10.77.1.254', true],
    ['10.77.1.0/24', '10.77.1.0', false],
    ['10.77.1.0/24', '10.77.1.255', false],
    ['10.77.1.0/24', '10.77.2.1', false],
    ['10.77.1.0/24', '10.77.0.255', false],
    ['10.77.1.4/30', '10.77.1.5', true],
    ['10.77.1.4/30', '10.77.1.6', true],
    // A box needs an address for itself and one for this machine, with a broadcast address between nobody.
    ['10.77.1.2/31', '10.77.1.2', false],
    ['10.77.1.2/31', '10.77.1.3', false],
    ['10.77.1.2/32', '10.77.1.2', false],
  ])('isHostAddress() tells when the network is %s and the address %s', (cidr, text, isHost) => {
    expect(isHostAddress(network(cidr), address(text))).toBe(isHost);
  });
});
