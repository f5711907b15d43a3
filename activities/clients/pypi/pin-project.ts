// SPDX-License-Identifier: Apache-2.0
// Pins the page of one project of a simple index in the content store, and reads it again from there.
import { hostOfUrl, plainUrl } from '../../../workflows/contracts/mirror/content.ts';
import type { ProjectPin } from '../../../workflows/contracts/mirror/pypi/pins.ts';
import type { ContentStore } from '../content/content-store.ts';
import { askAgain, readIfChanged, type ReadOptions } from '../content/read-if-changed.ts';
import { Failure } from '../failure.ts';
import { parseHtmlPage, parseJsonPage, type SimplePage } from './simple-page.ts';

/** JSON first: it alone tells sizes. @source PEP 691 */
const accept =
  'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1';

/** @source the longest of PyPI has 40 MB */
const pageBytesMax = 128 * 1024 * 1024;

export type PinProjectOptions = Omit<ReadOptions, 'bytesMax' | 'headers'>;

const pageUrl = (index: string, project: string): string => `${index}/${project}/`;

/** @throws Failure Rejected for a project that the index does not have, and for a page in another format; Unreachable; AbortError */
export async function pinProject(
  index: string,
  project: string,
  options: PinProjectOptions,
): Promise<ProjectPin> {
  const url = pageUrl(index, project);
  const answer = await readIfChanged(url, { ...options, bytesMax: pageBytesMax, headers: { accept } });
  const { digest, size, contentType } = answer;
  const format = /json/i.test(contentType ?? '') ? 'json' : 'html';
  const pin: ProjectPin = { project, digest, size, format, serial: null };
  const { serial } = await readPage(options.store, index, pin);
  return { ...pin, serial };
}

/** @throws Failure Rejected for a page that is damaged or none */
export async function readPage(store: ContentStore, index: string, pin: ProjectPin): Promise<SimplePage> {
  const url = pageUrl(index, pin.project);
  const text = (await store.read(pin.digest)).toString('utf8');
  try {
    return pin.format === 'json' ? parseJsonPage(text, url) : parseHtmlPage(text, url);
  } catch (cause) {
    throw new Failure('Rejected', `${plainUrl(url)} is not the page of a Python project`, {
      on: hostOfUrl(url),
      cause,
      hint: 'Name the root of a simple index as url, such as https://pypi.org/simple',
    });
  }
}

/** Bytes of a file whose page does not tell them. @throws Failure Rejected when its server does not either; Unreachable */
export async function sizeOf(
  url: string,
  { budget, signal }: Pick<ReadOptions, 'budget' | 'signal'>,
): Promise<number> {
  const { headers, body } = await askAgain({ url, budget, signal, method: 'HEAD' });
  await body.dump();
  const length = headers['content-length'];
  if (typeof length === 'string' && /^\d+$/.test(length)) return Number(length);
  throw new Failure('Rejected', `${hostOfUrl(url)} does not tell the size of ${plainUrl(url)}`, {
    on: hostOfUrl(url),
    hint: 'Name an index that answers in JSON (PEP 691) with sizes',
  });
}
