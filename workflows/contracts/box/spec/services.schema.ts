// SPDX-License-Identifier: Apache-2.0
// The services of a box, further packages, and options of configuration files.
import { z } from 'zod';
import { defaultServices, overridable, serviceNames, type ServiceName } from '../box-spec.ts';
import { debianPackage, value, word } from './values.schema.ts';

/** What a service cannot be without. @source nova boots from Glance, places by Placement, binds ports by Neutron */
const needs: Readonly<Record<ServiceName, readonly ServiceName[]>> = {
  identity: [],
  image: ['identity'],
  placement: ['identity'],
  network: ['identity'],
  compute: ['identity', 'image', 'placement', 'network'],
  // Its first page after the login asks them all.
  dashboard: ['identity', 'image', 'network', 'compute'],
  volume: ['identity', 'image', 'placement', 'network', 'compute'],
};

export const services = z
  .array(z.enum(serviceNames))
  .superRefine((list, context) => {
    list.forEach((name, index) => {
      const missing = needs[name].filter((other) => !list.includes(other));
      if (missing.length > 0) {
        const message = `${name} needs ${missing.join(', ')} beside it`;
        context.addIssue({ code: 'custom', path: [index], message });
      }
    });
    if (!list.includes('identity'))
      context.addIssue({ code: 'custom', message: 'Every box has the service identity' });
  })
  .transform((list) => serviceNames.filter((name) => list.includes(name)))
  .default([...defaultServices]);

const section = z.record(word, value.meta({ description: 'Value of the option.', bounds: 'one line' }));

export const overrides = z.partialRecord(z.enum(overridable), z.record(word, section)).default({});

export const packages = z
  .array(debianPackage)
  .max(200)
  .refine((list) => new Set(list).size === list.length, 'A package stands here twice');
