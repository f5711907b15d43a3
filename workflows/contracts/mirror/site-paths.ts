// SPDX-License-Identifier: Apache-2.0
// Where things of a mirror lie, below the folder that its box and this machine share. Pure.

export const sitePaths = {
  content: 'content',
  budgets: 'budgets',
  /** Validators of the last answers of upstreams. */
  upstream: 'upstream',
  /** What single runs pinned and planned, a folder for each. */
  runs: 'runs',
  keyrings: 'keyrings',
  /** Of gpg: holds the signing key, and is served to nobody. */
  gnupg: 'gnupg',
  aptly: 'aptly',
  /** Simple indexes, see viewPaths. */
  pypi: 'pypi',
  /** Images as a registry has them, see viewPaths. */
  oci: 'oci',
  /** Galaxies, see viewPaths, and their artifacts, which are the same for every revision. */
  ansible: 'ansible',
  /** Bare repositories, see viewPaths. */
  git: 'git',
  /** The log of the proxy. */
  proxy: 'proxy',
  /** The public signing key. */
  keys: 'keys',
  /** Revisions by their digest. */
  revisions: 'revisions',
  /** Bills of materials, served to clients. */
  bills: 'sbom',
  /** Altered copies that clients must refuse. */
  twins: 'twins',
  /** Pieces of bundles that are on their way into the content store. */
  incoming: 'incoming',
  /** Uploads into other registries that were begun. */
  pushes: 'pushes',
} as const;

/** Public half of the key by which a site signs bundles and receipts, below the folder of keys. */
export const bundleKeyFile = 'bundle-key.pub';

/** Of a revision, below the folder of bills. */
export const billFile = (revision: string): string => `${revision}.cdx.json`;
export const differenceFile = (revision: string): string => `${revision}.difference.json`;
export const pageFile = (revision: string): string => `${revision}.html`;
/** Lists the revisions. */
export const frontPageFile = 'index.html';

/** Below the folder of a kind whose revisions are trees of files. */
export const viewPaths = {
  /** A folder for each manifest. */
  trees: 'trees',
  /** Links to the tree that clients see, and to the one that is tried before that. */
  live: 'live',
  staging: 'staging',
  /**
   * To the trees that clients saw before, the last one first: what they read of them a moment ago still leads somewhere.
   * @source a clone of a large repository lasts over several publications when people change a mirror by hand
   */
  former: ['former', 'former-2', 'former-3', 'former-4'],
} as const;

/** Below the folder of Python indexes, and of galaxies: links into the content store, the same for every revision. */
export const linkFolder = 'files';

/** Of the web server: what clients are served, and the archives that a run pinned, for aptly alone. */
export const webPort = 80;
export const pinnedPort = 8081;

/** Prefixes in aptly: what clients see, and what is tried before that. */
export const livePrefix = (source: string): string => `live/${source}`;
export const stagingPrefix = (source: string): string => `staging/${source}`;

export const proxyConfiguration = '/etc/squid/squid.conf';
/** One host a line. */
export const allowlistFile = '/etc/squid/holdfast-allowed.txt';

export const aptlyConfiguration = '/etc/holdfast/aptly.conf';

/** Of a key that stands in the spec itself. */
export const keyFile = (source: string): string => `/etc/holdfast/keys/${source}.asc`;

/** The network between the web server and a client that is tried: reaches nothing else. @source RFC 2544, used by no host */
export const smokeNetwork = { server: '198.18.0.1', client: '198.18.0.2', prefix: 30 } as const;
