// SPDX-License-Identifier: Apache-2.0
// The schemas of the inputs about an authority's box, and of the record of what serves in it.
import { z } from 'zod';
import { parseWith, type Parsed } from '../run/parse.schema.ts';
import { authorityParts } from './authority-spec.schema.ts';
import { ceremonyParts } from './ceremony.schema.ts';
import type { ActivateCaInput, Activation, DestroyCaInput, InstallCaInput } from './server.ts';

const installCa = z.strictObject({
  name: authorityParts.name,
  specDigest: ceremonyParts.sha256,
  takeOver: z.boolean().default(false),
});

const activateCa = z.strictObject({
  name: authorityParts.name,
  generation: authorityParts.generation,
  takeOver: z.boolean().default(false),
});

const destroyCa = z.strictObject({
  name: authorityParts.name,
  leaveBoxes: z.boolean().default(false),
  takeOver: z.boolean().default(false),
});

const activation = z.strictObject({
  generation: authorityParts.generation,
  activatedAt: ceremonyParts.moment,
  leaf: z.strictObject({ serial: z.string(), issuer: z.string(), ends: ceremonyParts.moment }),
});

export const parseInstallCa = (raw: unknown): Parsed<InstallCaInput> =>
  parseWith<InstallCaInput>(installCa, raw);
export const parseActivateCa = (raw: unknown): Parsed<ActivateCaInput> =>
  parseWith<ActivateCaInput>(activateCa, raw);
export const parseDestroyCa = (raw: unknown): Parsed<DestroyCaInput> =>
  parseWith<DestroyCaInput>(destroyCa, raw);
export const parseActivation = (raw: unknown): Parsed<Activation> => parseWith<Activation>(activation, raw);
