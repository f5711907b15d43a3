// SPDX-License-Identifier: Apache-2.0
// The files of a mirror: its web server, aptly, and the keys that its spec holds. Pure.
import { dataInside } from '../../contracts/box/data-folder.ts';
import type { DebSource } from '../../contracts/mirror/mirror-spec.ts';
import { ownAddress } from '../../contracts/mirror/ansible/pages.ts';
import { manifestTypes } from '../../contracts/mirror/oci/manifest.ts';
import {
  aptlyConfiguration,
  frontPageFile,
  keyFile,
  pinnedPort,
  sitePaths,
  smokeNetwork,
  viewPaths,
  webPort,
} from '../../contracts/mirror/site-paths.ts';
import type { FileArgs } from '../../ports/host.ts';
import { file } from '../file.ts';

export interface WebPlaces {
  /** The shared folder as the web server sees it. */
  readonly data: string;
  readonly certificate: string;
  readonly key: string;
}

/** A signed index and what it names by digest never change under one URL; all else is asked for anew. */
const served = (location: string, folder: string, more: readonly string[] = []): string[] => [
  `    location ${location} {`,
  `      alias ${folder}/;`,
  '      add_header Cache-Control "no-cache";',
  ...more.map((each) => `      ${each}`),
  '    }',
];

/** A folder of an index answers with the page that was asked for. */
const pages = [
  'index index.$page;',
  'types { text/html html; application/vnd.pypi.simple.v1+json json; }',
  'add_header Vary Accept;',
];

/**
 * A folder of a galaxy answers with what ansible-galaxy asks of it. Lists are those of the tree; what they name is found in the
 * former trees too, since a client reads one after the other.
 */
const galaxy = (location: string, folder: string, view: View, more: readonly string[] = []): string[] => [
  `    location ^~ ${location} {`,
  `      root ${folder};`,
  `      rewrite ^${location}(.*)$ /$1 break;`,
  '      types { application/json json; }',
  '      sub_filter_types application/json;',
  '      sub_filter_once off;',
  `      sub_filter "${ownAddress}" "$scheme://$http_host";`,
  `      try_files ${either(view, ['${uri}${role}index.json', '$uri/index.json'])} =404;`,
  '      add_header Cache-Control "no-cache";',
  ...more.map((each) => `      ${each}`),
  '    }',
];

/** Packs of a repository never change under one name; all else is that of the tree. */
const repositories = (
  location: string,
  folder: string,
  view: View,
  more: readonly string[] = [],
): string[] => [
  `    location ^~ ${location} {`,
  `      root ${folder};`,
  `      rewrite ^${location}(.*)$ /$1 break;`,
  `      try_files ${either(view, ['$uri'])} =404;`,
  '      add_header Cache-Control "no-cache";',
  ...more.map((each) => `      ${each}`),
  '    }',
];

/** Below the folder of a kind, whose trees the web server finds by links. */
type View = typeof viewPaths.live | typeof viewPaths.staging;

/** Files of a tree; behind them those of the former ones, for what never changes under its name. A trial reads one tree. */
const either = (view: View, files: readonly string[]): string =>
  [view, ...(view === viewPaths.live ? viewPaths.former.map((each) => `\${may_be_old}${each}`) : [])]
    .flatMap((tree) => files.map((each) => `/${tree}${each}`))
    .join(' ');

const maps = [
  // The folder of a role, which is asked for by its owner and name. @source version 1 of the interface of galaxies
  '  map "$arg_owner__username/$arg_name" $role {',
  '    default "";',
  '    "~^[A-Za-z0-9_-]+/[A-Za-z0-9_-]+$" "$arg_owner__username/$arg_name/";',
  '  }',
  // What never changes under its name: a document of one version, a pack, and what is named by its digest.
  '  map $request_uri $may_be_old {',
  '    default none-;',
  '    "~^/ansible/[^?]+/versions/[^/?]+/" "";',
  '    "~^/git/[^?]+/objects/pack/" "";',
  '    "~^/v2/[^?]+/(manifests|blobs)/sha256:" "";',
  '  }',
];

/**
 * Pulls of images, for which a registry needs no program: a manifest is a file whose ending says its type.
 * @source OCI distribution 1.1, "Pulling": the rest of that interface is for pushes
 */
const registry = (
  location: string,
  folder: string,
  view: View | null,
  more: readonly string[] = [],
): string[] => {
  const types = Object.entries(manifestTypes).map(([ending, type]) => `${type} ${ending};`);
  const files = [...Object.keys(manifestTypes).map((ending) => `$uri.${ending}`), '$uri.json', '$uri'];
  const tried = view === null ? files.join(' ') : either(view, files);
  return [
    `    location ^~ ${location} {`,
    `      root ${folder};`,
    `      rewrite ^${location}(.*)$ /v2/$1 break;`,
    `      types { ${types.join(' ')} application/json json; }`,
    `      try_files ${tried} =404;`,
    '      add_header Docker-Distribution-Api-Version registry/2.0;',
    '      add_header Cache-Control "no-cache";',
    ...more.map((each) => `      ${each}`),
    '    }',
  ];
};

export function nginxFile({ data, certificate, key }: WebPlaces): FileArgs {
  const published = `${data}/${sitePaths.aptly}/public`;
  const indexes = `${data}/${sitePaths.pypi}`;
  const galaxies = `${data}/${sitePaths.ansible}`;
  const images = `${data}/${sitePaths.oci}`;
  const ownOnly = [`allow ${smokeNetwork.client};`, 'allow 127.0.0.1;', 'deny all;'];
  return file('/etc/nginx/nginx.conf', 'root', '644', [
    'user www-data;',
    'worker_processes auto;',
    'pid /run/nginx.pid;',
    'error_log stderr;',
    'events {}',
    'http {',
    '  types {}',
    // By what a client of a Python index asks for. @source PEP 691
    '  map $http_accept $page {',
    '    default html;',
    '    "~application/vnd[.]pypi[.]simple[.](v1|latest)[+]json" json;',
    '  }',
    ...maps,
    '  default_type application/octet-stream;',
    '  access_log off;',
    '  server_tokens off;',
    '  absolute_redirect off;',
    '  sendfile on;',
    '  server {',
    `    listen ${webPort};`,
    '    listen 443 ssl;',
    `    ssl_certificate ${certificate};`,
    `    ssl_certificate_key ${key};`,
    ...served('/deb/', `${published}/live`),
    ...served('/pypi/', `${indexes}/${viewPaths.live}`, pages),
    ...galaxy('/ansible/', galaxies, viewPaths.live),
    ...served('^~ /ansible/files/', `${galaxies}/files`),
    ...repositories('/git/', `${data}/${sitePaths.git}`, viewPaths.live),
    ...served('/sbom/', `${data}/${sitePaths.bills}`, [
      'default_type application/json;',
      'types { text/html html; }',
    ]),
    `    location = / { rewrite ^ /sbom/${frontPageFile} last; }`,
    ...served('/keys/', `${data}/${sitePaths.keys}`),
    ...served('/staging/', `${published}/staging`, ownOnly),
    ...served('/staging-pypi/', `${indexes}/${viewPaths.staging}`, [...pages, ...ownOnly]),
    ...galaxy('/staging-ansible/', galaxies, viewPaths.staging, ownOnly),
    ...repositories('/staging-git/', `${data}/${sitePaths.git}`, viewPaths.staging, ownOnly),
    ...served('/twins/', `${data}/${sitePaths.twins}`, [...pages, ...ownOnly]),
    ...registry('/v2/', images, viewPaths.live),
    ...registry('/v2/staging/', images, viewPaths.staging, ownOnly),
    ...registry('/v2/twins/', `${data}/${sitePaths.twins}/${sitePaths.oci}`, null, ownOnly),
    '    location = /v2/ { default_type application/json; return 200 "{}\n"; }',
    ...served('/containers/', `${images}/${viewPaths.live}/containers`, ['default_type text/plain;']),
    '    location = /health { return 200 "ok\n"; }',
    '    location / { return 404; }',
    '  }',
    '  # What a run pinned of upstream archives: aptly reads this and nothing else.',
    '  server {',
    `    listen 127.0.0.1:${pinnedPort};`,
    `    root ${data}/${sitePaths.runs};`,
    '  }',
    '}',
  ]);
}

/** JSON has no comments: it stands without the usual heading. */
export function aptlyFile(data: string): FileArgs {
  const settings = {
    rootDir: `${data}/${sitePaths.aptly}`,
    downloadConcurrency: 4,
    // Another command of ours may just end.
    databaseOpenAttempts: 10,
    gpgProvider: 'gpg',
    skipContentsPublishing: true,
  };
  return {
    path: aptlyConfiguration,
    mode: '644',
    owner: 'root',
    group: 'root',
    content: `${JSON.stringify(settings, null, 2)}\n`,
  };
}

/** Keys that stand in the spec; others are named by their path. */
function keyFiles(sources: readonly DebSource[]): FileArgs[] {
  return sources
    .filter(({ signedBy }) => !signedBy.startsWith('/'))
    .map(({ name, signedBy }) => ({
      path: keyFile(name),
      mode: '644',
      owner: 'root',
      group: 'root',
      content: `${signedBy.trim()}\n`,
    }));
}

export const mirrorFiles = (sources: readonly DebSource[], places: Omit<WebPlaces, 'data'>): FileArgs[] => [
  nginxFile({ data: dataInside, ...places }),
  aptlyFile(dataInside),
  ...keyFiles(sources),
];
