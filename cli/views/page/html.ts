// SPDX-License-Identifier: Apache-2.0
// Builds HTML from templates in which every value is escaped unless it is HTML already. Knows no page.

/** Markup that is safe to stand as it is; only `html` makes one. */
export class Html {
  constructor(readonly text: string) {}
}

type Value = Html | string | number | readonly Value[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(parts.map((part, index) => part + markup(values[index] ?? '')).join(''));
}

/** Text with what HTML would obey escaped, and what a browser would not show replaced. */
function escaped(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is taken out
  const shown = text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, ' ');
  return shown.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}

function markup(value: Value): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'string') return escaped(value);
  return typeof value === 'number' ? String(value) : value.map(markup).join('');
}
