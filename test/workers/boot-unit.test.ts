// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { superviseSettings } from '../../workers/embedded/supervise-settings.ts';
import { bootUnitText } from '../../workers/machine/boot-unit.ts';

const settingsWith = (environment: Record<string, string>) =>
  superviseSettings({ environment, programDirectory: '/opt/x/dist', homeDirectory: '/root', userId: 0 });

describe('bootUnitText()', () => {
  it('bootUnitText() names programs and places in full when they are the defaults', () => {
    const text = bootUnitText(
      settingsWith({ PATH: '/usr/bin', HOME: '/root' }),
      '/usr/bin/node',
      '/opt/x/dist',
    );
    expect(text.split('\n').slice(6)).toMatchInlineSnapshot(`
      [
        "Type=simple",
        "Environment="PATH=/usr/bin"",
        "Environment="HOME=/root"",
        "Environment="HOLDFAST_STATE=/var/lib/holdfast"",
        "Environment="HOLDFAST_CACHE=/root/.cache/holdfast"",
        "ExecStartPre="/usr/bin/node" "/opt/x/dist/cli.js" "up" "--boxes"",
        "ExecStart="/usr/bin/node" "/opt/x/dist/watch.js"",
        "ExecStop="/usr/bin/node" "/opt/x/dist/supervise.js" "down"",
        "KillMode=process",
        "Restart=always",
        "RestartSec=5",
        "TimeoutStartSec=30min",
        "",
        "[Install]",
        "WantedBy=multi-user.target",
        "",
      ]
    `);
  });

  it('bootUnitText() keeps the address of another Temporal, and no key, when they are in the environment', () => {
    const environment = { TEMPORAL_ADDRESS: 'temporal:7233', TEMPORAL_API_KEY: 'sentinel', SHELL: '/bin/sh' };
    const text = bootUnitText(settingsWith(environment), '/usr/bin/node', '/opt/x/dist');
    expect(text).toContain('Environment="TEMPORAL_ADDRESS=temporal:7233"');
    expect(text).not.toMatch(/sentinel|SHELL/);
  });

  it('bootUnitText() leaves nothing for systemd to expand when a path holds its signs', () => {
    const text = bootUnitText(
      settingsWith({ HOLDFAST_STATE: '/a "b" %h $HOME' }),
      '/usr/bin/node',
      '/opt/x/dist',
    );
    expect(text).toContain('Environment="HOLDFAST_STATE=/a \\"b\\" %%h $HOME"');
  });
});
