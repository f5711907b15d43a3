// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { heartbeatDifferences, isStarting } from '../../../activities/host/units.ts';

const began = Date.parse('2026-01-05T12:00:00Z') / 1000;
const unit = { box: 'lab', unit: 'nova-compute.service', files: ['/etc/nova/nova.conf'] };
const running = { enabled: 'enabled', active: 'active', activeSince: began, filesChanged: 0, lastWords: '' };

describe('heartbeatDifferences()', () => {
  it('is content with a report since the start, and with no other', () => {
    expect(heartbeatDifferences(unit.unit, running, began + 0.1)).toEqual([]);
    const difference = {
      what: 'unit nova-compute.service',
      have: 'no report of its own since it began at 2026-01-05T12:00:00.000Z',
      want: 'takes work',
    };
    expect(heartbeatDifferences(unit.unit, running, began - 5)).toEqual([difference]);
    expect(heartbeatDifferences(unit.unit, running, 0)).toEqual([difference]);
  });
});

describe('isStarting()', () => {
  it('spares a unit that began a moment ago with its present files', () => {
    expect(isStarting(unit, { ...running, now: began + 10 })).toBe(true);
    expect(isStarting(unit, { ...running, now: began + 200 })).toBe(false);
    expect(isStarting(unit, { ...running, now: began + 10, filesChanged: began + 5 })).toBe(false);
    expect(isStarting(unit, { ...running, now: began + 10, active: 'failed' })).toBe(false);
  });
});
