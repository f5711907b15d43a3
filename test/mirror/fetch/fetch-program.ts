// SPDX-License-Identifier: Apache-2.0
// Fetches a list into a store, as a worker does; a test kills it. Arguments: folder, file of the list.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ContentStore } from '../../../activities/clients/content/content-store.ts';
import { fetchAll } from '../../../activities/clients/content/fetch-all.ts';
import { HostBudget } from '../../../activities/clients/content/host-budget.ts';
import type { WantedContent } from '../../../workflows/contracts/mirror/content.ts';

const [folder = '', list = ''] = process.argv.slice(2);
const wanted = JSON.parse(await readFile(list, 'utf8')) as WantedContent[];
await fetchAll(new ContentStore(join(folder, 'content')), wanted, {
  budget: new HostBudget(join(folder, 'budgets')),
  signal: new AbortController().signal,
  tell: () => undefined,
});
