// SPDX-License-Identifier: Apache-2.0
// The pages of a simple index, as HTML and as JSON, whose links lead to files beside the index. Pure.
import type { ServedFile, ServedIndex, ServedProject } from './pins.ts';

/** Below the folder of an index. */
export interface IndexPage {
  readonly path: string;
  readonly text: string;
}

/** A link of a file below the folder of an index. */
export const filePath = (digest: string, filename: string): string =>
  `files/${digest.slice(0, 2)}/${digest}/${filename}`;

/** @source PEP 691 and PEP 700: this version tells sizes and versions */
const meta = { 'api-version': '1.1' } as const;

/** The pages of one index, of all its projects and of each. */
export function pagesOf({ projects }: ServedIndex): IndexPage[] {
  const names = projects.map(({ project }) => project).sort();
  return [
    { path: 'simple/index.json', text: json({ meta, projects: names.map((name) => ({ name })) }) },
    {
      path: 'simple/index.html',
      text: html(
        'Simple index',
        names.map((name) => `<a href="${name}/">${name}</a>`),
      ),
    },
    ...projects.flatMap(projectPages),
  ];
}

function projectPages({ project, files }: ServedProject): IndexPage[] {
  const versions = [...new Set(files.map(({ version }) => version))];
  const page = { meta, name: project, versions, files: files.map(jsonFile) };
  return [
    { path: `simple/${project}/index.json`, text: json(page) },
    { path: `simple/${project}/index.html`, text: html(`Links for ${project}`, files.map(htmlLink)) },
  ];
}

const linkOf = ({ digest, filename }: ServedFile): string =>
  `../../${filePath(digest, encodeURIComponent(filename))}`;

function jsonFile(file: ServedFile) {
  const { filename, digest, size, requiresPython, yanked, metadata, uploadTime } = file;
  const core = metadata === null ? false : { sha256: metadata.digest };
  return {
    filename,
    url: linkOf(file),
    hashes: { sha256: digest },
    size,
    'requires-python': requiresPython,
    yanked,
    'core-metadata': core,
    // By this name older installers know it.
    'data-dist-info-metadata': core,
    ...(uploadTime !== null && { 'upload-time': uploadTime }),
  };
}

function htmlLink(file: ServedFile): string {
  const { filename, digest, requiresPython, yanked, metadata } = file;
  const attributes = [
    `href="${linkOf(file)}#sha256=${digest}"`,
    ...(requiresPython === null ? [] : [`data-requires-python="${escaped(requiresPython)}"`]),
    ...(yanked === false ? [] : [`data-yanked="${yanked === true ? '' : escaped(yanked)}"`]),
    ...(metadata === null
      ? []
      : ['data-core-metadata', 'data-dist-info-metadata'].map(
          (name) => `${name}="sha256=${metadata.digest}"`,
        )),
  ];
  return `<a ${attributes.join(' ')}>${escaped(filename)}</a>`;
}

const json = (value: object): string => `${JSON.stringify(value)}\n`;

const html = (title: string, links: readonly string[]): string =>
  [
    '<!DOCTYPE html>',
    '<html>',
    `<head><meta name="pypi:repository-version" content="1.1"><title>${title}</title></head>`,
    '<body>',
    ...links.map((link) => `${link}<br>`),
    '</body>',
    '</html>',
    '',
  ].join('\n');

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => entities[sign] ?? sign);
