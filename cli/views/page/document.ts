// SPDX-License-Identifier: Apache-2.0
// The frame of every page: a document that needs nothing else and may fetch or run nothing. Knows no page.
import { Html, html } from './html.ts';
import { pageStyle } from './style.ts';

const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** `style`: further rules of this page alone. */
export function documentOf(title: string, style: string, body: Html): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        <style>
          ${new Html(pageStyle + style)}
        </style>
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html>`;
  return `${page.text}\n`;
}
