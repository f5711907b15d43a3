// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OpenStackClient } from 'openstack-client-ts';
import { SharedClients } from '../../activities/clients/openstack/shared-clients.ts';

const authUrl = 'https://a:5000/v3';
let made: { closed: number }[];
let clients: SharedClients;

beforeEach(() => {
  vi.useFakeTimers();
  made = [];
  clients = new SharedClients();
});
afterEach(() => vi.useRealTimers());

function make(): OpenStackClient {
  const state = { closed: 0 };
  made.push(state);
  return { close: async () => void (state.closed += 1) } as unknown as OpenStackClient;
}

const borrow = <T>(password: string, work: () => Promise<T>): Promise<T> =>
  clients.borrow({ authUrl, password } as { authUrl: string }, make, work);
const nothing = async (): Promise<void> => undefined;

describe('SharedClients', () => {
  it('borrow() lends one client to all of one login, and another to another', async () => {
    await Promise.all([borrow('a', nothing), borrow('a', nothing), borrow('b', nothing)]);
    expect(made).toEqual([{ closed: 0 }, { closed: 0 }]);
  });

  it('borrow() makes a new client after a while, and closes the old one when its last borrower is done', async () => {
    let end = (): void => undefined;
    const long = borrow('a', () => new Promise<void>((resolve) => (end = resolve)));
    vi.advanceTimersByTime(15_000);
    await borrow('a', nothing);
    expect(made).toEqual([{ closed: 0 }, { closed: 0 }]);
    end();
    await long;
    expect(made).toEqual([{ closed: 1 }, { closed: 0 }]);
  });

  it('borrow() lends a client that met an error to nobody else', async () => {
    await expect(borrow('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await borrow('a', nothing);
    expect(made).toEqual([{ closed: 1 }, { closed: 0 }]);
  });

  it('borrow() closes old clients of other logins, which nobody may ask for again', async () => {
    await borrow('a', nothing);
    vi.advanceTimersByTime(15_000);
    await borrow('b', nothing);
    expect(made).toEqual([{ closed: 1 }, { closed: 0 }]);
  });

  it('forget() ends what was lent for that cloud only', async () => {
    await borrow('a', nothing);
    await clients.forget('https://b:5000/v3');
    await borrow('a', nothing);
    expect(made).toEqual([{ closed: 0 }]);
    await clients.forget(authUrl);
    await borrow('a', nothing);
    expect(made).toEqual([{ closed: 1 }, { closed: 0 }]);
  });
});
