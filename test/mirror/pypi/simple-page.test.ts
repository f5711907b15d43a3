// SPDX-License-Identifier: Apache-2.0
// Pages of simple indexes in the shapes that PyPI, mirrors of it and older servers send.
import { describe, expect, it } from 'vitest';
import { parseHtmlPage, parseJsonPage } from '../../../activities/clients/pypi/simple-page.ts';

const digest = 'a'.repeat(64);
const other = 'b'.repeat(64);
const base = 'https://index.test/simple/six/';

const ofPypi = {
  meta: { '_last-serial': 26_187_338, 'api-version': '1.4' },
  name: 'six',
  files: [
    {
      'core-metadata': { sha256: other },
      'data-dist-info-metadata': { sha256: other },
      filename: 'six-1.17.0-py2.py3-none-any.whl',
      hashes: { sha256: digest },
      provenance: null,
      'requires-python': '!=3.0.*,!=3.1.*,!=3.2.*,>=2.7',
      size: 11_050,
      'upload-time': '2024-12-04T17:35:26.475808Z',
      url: 'https://files.test/packages/six-1.17.0-py2.py3-none-any.whl',
      yanked: false,
    },
  ],
};
const readJson = (page: unknown) => parseJsonPage(JSON.stringify(page), base);
const withFile = (change: object) => readJson({ ...ofPypi, files: [{ ...ofPypi.files[0], ...change }] });

describe('parseJsonPage', () => {
  it('parseJsonPage() reads a page as PyPI sends it', () => {
    expect(readJson(ofPypi)).toEqual({
      serial: 26_187_338,
      files: [
        {
          filename: 'six-1.17.0-py2.py3-none-any.whl',
          url: 'https://files.test/packages/six-1.17.0-py2.py3-none-any.whl',
          digest,
          size: 11_050,
          requiresPython: '!=3.0.*,!=3.1.*,!=3.2.*,>=2.7',
          yanked: false,
          metadataDigest: other,
          uploadTime: '2024-12-04T17:35:26.475808Z',
        },
      ],
    });
  });

  it.each([
    ['no size', { size: undefined }, { size: null }],
    ['metadata without a digest', { 'core-metadata': true }, { metadataDigest: null }],
    ['metadata by its older name', { 'core-metadata': undefined }, { metadataDigest: other }],
    ['a reason why it was withdrawn', { yanked: 'broken' }, { yanked: 'broken' }],
    ['an empty reason', { yanked: '' }, { yanked: false }],
    ['another hash alone', { hashes: { md5: 'x' } }, { digest: null }],
    ['a digest that is none', { hashes: { sha256: '../../etc' } }, { digest: null }],
    ['a relative link', { url: '../../f/six.whl#egg=x' }, { url: 'https://index.test/f/six.whl' }],
  ])('parseJsonPage() takes a file with %s', (_, change, want) => {
    expect(withFile(change).files[0]).toMatchObject(want);
  });

  it.each([
    ['a newer major version', { ...ofPypi, meta: { 'api-version': '2.0' } }, 'not 1.x'],
    ['no version', { ...ofPypi, meta: {} }, 'not 1.x'],
    ['no files', { ...ofPypi, files: undefined }, 'no list of files'],
    ['a file without a name', { ...ofPypi, files: [{ url: 'x' }] }, 'file 1 has no name'],
    [
      'a link to a local file',
      { ...ofPypi, files: [{ filename: 'x', url: 'file:///etc/shadow' }] },
      'no URL',
    ],
    ['an error in place of a page', { message: 'Not Found' }, 'not 1.x'],
  ])('parseJsonPage() refuses a page with %s', (_, page, message) => {
    expect(() => readJson(page)).toThrow(message);
  });
});

describe('parseHtmlPage', () => {
  const page = (links: string, head = '') =>
    `<!DOCTYPE html>\n<html>\n  <head>\n<meta name="pypi:repository-version" content="1.3">${head}</head>\n<body>\n${links}\n</body>\n</html>\n<!--SERIAL 26187338-->`;
  const link = `<a href="https://files.test/p/six-1.0.tar.gz#sha256=${digest}" data-requires-python="&gt;=2.7, !=3.0.*" data-yanked="old &amp; bad" data-dist-info-metadata="sha256=${other}">six-1.0.tar.gz</a><br />`;

  it('parseHtmlPage() reads a page as PyPI sends it', () => {
    expect(parseHtmlPage(page(link), base)).toEqual({
      serial: 26_187_338,
      files: [
        {
          filename: 'six-1.0.tar.gz',
          url: 'https://files.test/p/six-1.0.tar.gz',
          digest,
          size: null,
          requiresPython: '>=2.7, !=3.0.*',
          yanked: 'old & bad',
          metadataDigest: other,
          uploadTime: null,
        },
      ],
    });
  });

  it('parseHtmlPage() reads a listing of an older server, with a base and no hashes', () => {
    const text = `<html><head><base href="../../../"></head><A HREF='pkg/six-1.0.zip' data-yanked>six-1.0.zip</A></html>`;
    expect(parseHtmlPage(text, base)).toMatchObject({
      serial: null,
      files: [{ url: 'https://index.test/pkg/six-1.0.zip', digest: null, yanked: true }],
    });
  });

  it.each([
    ['a newer major version', page(link).replace('"1.3"', '"2.0"'), 'not 1.x'],
    ['no HTML', 'upstream connect error', 'not HTML'],
    ['a link to a script', page('<a href="javascript:alert(1)">six-1.0.tar.gz</a>'), 'no URL'],
  ])('parseHtmlPage() refuses a page with %s', (_, text, message) => {
    expect(() => parseHtmlPage(text, base)).toThrow(message);
  });
});
