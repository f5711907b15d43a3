// SPDX-License-Identifier: Apache-2.0
// What every secret store promises, as one suite: the embedded one, a double of Vault and a real Vault all pass it.
import { expect, it } from 'vitest';
import { Failure } from '../../activities/clients/failure.ts';
import type { SecretStore } from '../../activities/clients/secrets/secret-store.ts';
import { secretRef } from '../../workflows/contracts/box/brands.ts';

/** `open` gives a store of its own for each call, all of them over the same secrets; `name` is of no other test. */
export function secretStoreContract(open: () => SecretStore): void {
  let counter = 0;
  const fresh = () => {
    counter += 1;
    return secretRef(`clouds/lab/contract-${counter}/published`);
  };

  it('get() is null when nothing was put', async () => {
    expect(await open().get(fresh())).toBeNull();
  });

  it('put() makes versions from 1 and get() returns the newest, also through another store', async () => {
    const [store, reference] = [open(), fresh()];
    expect(await store.put(reference, 'one', 0)).toBe(1);
    expect(await store.put(reference, 'two', 1)).toBe(2);
    expect(await open().get(reference)).toEqual({ value: 'two', version: 2 });
  });

  it.each([
    ['a text', ' ü€😀 \t"quoted" and \n two lines'],
    ['a number', '12'],
    ['a list', '[1,2]'],
    ['an object whose key is value', '{"value":"x"}'],
  ])('get() returns %s as it was put', async (_, value) => {
    const reference = fresh();
    await open().put(reference, value, 0);
    expect(await open().get(reference)).toEqual({ value, version: 1 });
  });

  it('get() returns an object with what was put, in an order of its own', async () => {
    const [reference, value] = [fresh(), { secret: 'x', generation: 4, previous: null, roles: ['service'] }];
    await open().put(reference, JSON.stringify(value), 0);
    expect(JSON.parse((await open().get(reference))?.value ?? '')).toEqual(value);
  });

  it.each([0, 2, 7])(
    'put() is a Conflict and writes nothing when it expects version %i of 1',
    async (expected) => {
      const reference = fresh();
      await open().put(reference, 'one', 0);
      const failure: unknown = await open()
        .put(reference, 'other', expected)
        .catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Failure);
      expect(failure).toMatchObject({
        code: 'Conflict',
        message: expect.stringContaining(reference) as string,
      });
      expect(await open().get(reference)).toEqual({ value: 'one', version: 1 });
    },
  );

  it('put() lets exactly one win when several put the same version at once', async () => {
    const reference = fresh();
    const puts = ['a', 'b', 'c', 'd'].map((value) => open().put(reference, value, 0));
    const outcomes = await Promise.allSettled(puts);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
    expect(await open().get(reference)).toEqual({ value: 'abcd'[winner], version: 1 });
  });

  it('remove() removes what lies below a path and nothing beside it, and put() begins anew', async () => {
    const [one, other] = [fresh(), fresh()];
    await open().put(one, 'one', 0);
    await open().put(other, 'other', 0);
    await open().remove(one.replace('/published', ''));
    await open().remove('clouds/never');
    expect(await open().get(one)).toBeNull();
    expect(await open().get(other)).toEqual({ value: 'other', version: 1 });
    expect(await open().put(one, 'again', 0)).toBe(1);
  });
}
