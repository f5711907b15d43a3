// SPDX-License-Identifier: Apache-2.0
// Writes the documents that are made of the schema of a spec: `npm run docs`.
import { writeFileSync } from 'node:fs';
import { publicInterface } from './public-interface.ts';
import { editorSchema, specReference } from './spec-documents.ts';

writeFileSync('docs/spec.md', specReference());
writeFileSync('docs/box.schema.json', editorSchema());
writeFileSync('openstack-client-ts/public-interface.md', publicInterface());
