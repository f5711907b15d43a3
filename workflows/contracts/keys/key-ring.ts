// SPDX-License-Identifier: Apache-2.0
// The keys of one of Keystone's repositories, and how one key follows another. Pure; what it returns holds secrets.

/** By which keys tokens are made; of a box whose spec names none, `fernet`. */
export const tokenFormats = ['fernet', 'jws'] as const;
export type TokenFormat = (typeof tokenFormats)[number];

/** Keys of tokens, or those that encrypt credentials in Keystone's database. */
export type KeyRingName = TokenFormat | 'credential';

interface RingKey {
  /** From 1, one higher with each key of the ring. */
  readonly id: number;
  /** Of Fernet as its file holds it; of JWS the private key as PEM. */
  readonly secret: string;
  /** When another key was first seen to be used in its place, ISO 8601 in UTC; null before that. */
  readonly retiredAt: string | null;
  /** Kept in the store alone: a dump of the databases may need it. */
  readonly archived?: true;
}

/** As the secret store keeps it. */
export interface KeyRing {
  /** By their ids. */
  readonly keys: readonly RingKey[];
  /** Id of the key that new tokens and credentials are made with. A key with a higher one is staged. */
  readonly primary: number;
  /** Nonce of the run that began the rotation that goes on; null between rotations. */
  readonly rotation: string | null;
  /** Nonce of the run that ended the last rotation. */
  readonly endedBy: string | null;
}

export const newRing = (secret: string): KeyRing => ({
  keys: [{ id: 1, secret, retiredAt: null }],
  primary: 1,
  rotation: null,
  endedBy: null,
});

/** The ring of a repository that is there already: ids are its own, the highest is the primary. */
export function adoptedRing(
  keys: readonly { readonly id: number; readonly secret: string }[],
  now: string,
): KeyRing {
  const primary = Math.max(...keys.map(({ id }) => id));
  const adopted = keys.map(({ id, secret }) => ({ id, secret, retiredAt: id === primary ? null : now }));
  return { keys: adopted.sort((a, b) => a.id - b.id), primary, rotation: null, endedBy: null };
}

/** With keys that lie beside those of the ring and are none of them, such as after a restore of an older store: Keystone uses the last one. */
export function withFoundKeys(ring: KeyRing, secrets: readonly string[]): KeyRing {
  const unknown = secrets.filter((secret) => !ring.keys.some((key) => key.secret === secret));
  if (unknown.length === 0) return ring;
  const last = Math.max(...ring.keys.map(({ id }) => id));
  const found = unknown.map((secret, index) => ({ id: last + index + 1, secret, retiredAt: null }));
  return { ...ring, keys: [...ring.keys, ...found], primary: last + found.length };
}

/** Those that Keystone has. */
export const laidKeys = ({ keys }: KeyRing): RingKey[] => keys.filter(({ archived }) => archived !== true);

export const stagedKey = ({ keys, primary }: KeyRing): RingKey | null =>
  keys.find(({ id }) => id > primary) ?? null;

/** @throws Error for a ring without its primary, which its schema refuses */
export function primaryKey({ keys, primary }: KeyRing): RingKey {
  const found = keys.find(({ id }) => id === primary);
  if (found === undefined) throw new Error(`The ring has no key ${primary}`);
  return found;
}

/** Whether a run has to stage a key: neither did it end a rotation already, nor is there one to go on with. */
export function mustStage(ring: KeyRing, run: string, isFresh: boolean): boolean {
  if (ring.endedBy === run) return false;
  // In an emergency a key that others staged may be known as well.
  return ring.rotation === null || (isFresh && ring.rotation !== run);
}

/** With a key that no program uses yet; one that was staged before and never used goes. */
export function withStagedKey(ring: KeyRing, secret: string, run: string): KeyRing {
  const id = Math.max(...ring.keys.map((key) => key.id)) + 1;
  const keys = ring.keys.filter((key) => key.id <= ring.primary);
  return { ...ring, keys: [...keys, { id, secret, retiredAt: null }], rotation: run };
}

/** The staged key is the primary. Its ring as it is without one. */
export const withPromotedKey = (ring: KeyRing): KeyRing => ({
  ...ring,
  primary: stagedKey(ring)?.id ?? ring.primary,
});

/** How long a key is needed after another took its place, and what becomes of it then. */
export interface Retirement {
  readonly liveSeconds: number;
  readonly isArchived: boolean;
}

/** Nothing is made by former keys since now at the latest. */
export function withRetiredKeys(ring: KeyRing, now: number): KeyRing {
  const keys = ring.keys.map((key): RingKey =>
    key.id < ring.primary && key.retiredAt === null
      ? { ...key, retiredAt: new Date(now).toISOString() }
      : key,
  );
  return { ...ring, keys };
}

/** Without former keys that nothing can need any more. One that is not known to be out of use is kept. */
export function withoutSpentKeys(
  ring: KeyRing,
  { liveSeconds, isArchived }: Retirement,
  now: number,
): KeyRing {
  const keys = ring.keys.flatMap((key): RingKey[] => {
    const { id, retiredAt, archived } = key;
    if (id >= ring.primary || archived === true || retiredAt === null) return [key];
    if (now < Date.parse(retiredAt) + liveSeconds * 1000) return [key];
    return isArchived ? [{ ...key, archived: true }] : [];
  });
  return { ...ring, keys };
}

/** When the next of the former keys is needed no more, milliseconds since 1970; null when none is known to be. */
export function nextSpentAt(ring: KeyRing, { liveSeconds }: Retirement): number | null {
  const ends = laidKeys(ring)
    .filter(({ id }) => id < ring.primary)
    .map(({ retiredAt }) => (retiredAt === null ? NaN : Date.parse(retiredAt) + liveSeconds * 1000))
    .filter((end) => !Number.isNaN(end));
  return ends.length === 0 ? null : Math.min(...ends);
}

/** The rotation of a run is over. Nothing changes for a ring that is not being rotated. */
export const withEndedRotation = (ring: KeyRing, run: string): KeyRing =>
  ring.rotation === null ? ring : { ...ring, rotation: null, endedBy: run };

/** Keys of the store back beside those that are used. They are in use again, until the end of another rotation. */
export function withRestoredKeys(ring: KeyRing, ids: readonly number[]): KeyRing {
  const keys = ring.keys.map((key): RingKey =>
    key.archived === true && ids.includes(key.id) ? { id: key.id, secret: key.secret, retiredAt: null } : key,
  );
  return { ...ring, keys };
}
