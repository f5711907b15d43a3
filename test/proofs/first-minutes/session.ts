// SPDX-License-Identifier: Apache-2.0
// What a new user types one after another, and what each line has to print. Runs nothing.

export interface Line {
  readonly line: string;
  readonly exitCode: number;
  /** What has to be in the output. */
  readonly says: RegExp;
  /** Said before it, for readers. */
  readonly because: string;
  /** How many of the last lines of the output are shown. Default: all. */
  readonly last?: number;
}

export const session: readonly Line[] = [
  {
    because: 'The package brings the command, its manual page, completions and a unit. It starts nothing.',
    line: 'apt-get -qq update && apt-get -qq -y install ./holdfast_*.deb > apt.log 2>&1 || tail -n 5 apt.log; holdfast --version',
    exitCode: 0,
    says: /^holdfast \d+\.\d+\.\d+ \(/m,
  },
  {
    because: 'All commands, in groups.',
    line: 'holdfast help',
    exitCode: 0,
    says: /^Clouds:$[^]*^This machine:$/m,
  },
  {
    because: 'Does this machine have what a box needs?',
    line: 'holdfast doctor',
    exitCode: 0,
    says: /Temporal +not running\n +next: holdfast up\n[^]*^0 wrong, 3 to look at$/m,
  },
  {
    because: 'It starts Temporal and the worker.',
    line: 'holdfast up',
    exitCode: 0,
    says: /^started worker \(pid \d+\)$/m,
  },
  {
    because: 'A spec: the example of the package, with Keystone alone.',
    line: "sed 's/^region:/services: [identity]\\nregion:/' /usr/share/doc/holdfast/examples/local-box.yaml > box.yaml; grep -v '^ *#' box.yaml",
    exitCode: 0,
    says: /^services: \[identity\]$/m,
  },
  {
    because: 'A mistake is named with its line and column, and nothing is started.',
    line: "sed 's/^region/regoin/' box.yaml > wrong.yaml; holdfast box plan wrong.yaml",
    exitCode: 2,
    says: /regoin: There is no such key\. Did you mean region\? \(wrong\.yaml:\d+:1\)/,
  },
  {
    because: 'What an install would do. It changes nothing.',
    line: 'holdfast box plan box.yaml',
    exitCode: 0,
    says: /^7 add, 1 change, 2 same, 16 wait$/m,
  },
  {
    because:
      'The install. Without a terminal, as here, it prints a line for each change of a step; at a terminal it redraws a block of a few lines.',
    line: 'holdfast box install box.yaml',
    exitCode: 0,
    says: /^Box local-box answers at 10\.77\.1\.2$/m,
    last: 24,
  },
  {
    because: 'Where the box is, and what runs in it.',
    line: 'holdfast box show local-box',
    exitCode: 0,
    says: /^keystone +\S+ +running$/m,
  },
  {
    because: 'One command in it. Without a command it opens a shell.',
    line: 'holdfast box shell local-box -- systemctl is-system-running',
    exitCode: 0,
    says: /^running$/m,
  },
  {
    because: 'A name that is misspelt.',
    line: 'holdfast box show local-bxo',
    exitCode: 2,
    says: /Did you mean local-box\?/,
  },
  {
    because: 'What was done so far.',
    line: 'holdfast op list',
    exitCode: 0,
    says: /^install-box\/local-box +done/m,
  },
  {
    because: 'Somebody stops a service; the comparison with the spec finds it.',
    line: 'holdfast box shell local-box -- systemctl stop haproxy; holdfast box drift local-box',
    exitCode: 0,
    says: /unit haproxy\.service: inactive -> active/,
  },
  {
    because: 'Another install repairs it. It finds the rest as it has to be.',
    line: 'holdfast box install local-box -q',
    exitCode: 0,
    says: /^same 25 {2}changed 1 /m,
  },
  {
    because: 'From now on it is looked after on a schedule.',
    line: 'holdfast schedule apply && holdfast schedule list',
    exitCode: 0,
    says: /^drift\/local-box +1h/m,
  },
  {
    because: 'A report of the install for a browser.',
    line: 'holdfast op report install-box/local-box --folder reports',
    exitCode: 0,
    says: /^\/root\/reports\/install-box-local-box-\w+\.html$/m,
  },
  {
    because: 'Temporal and the worker end. The box goes on, and a command that only reads starts nothing.',
    line: 'holdfast down && holdfast box list',
    exitCode: 0,
    says: /^local-box +unknown +10\.77\.1\.2$/m,
  },
  {
    because: 'What a removal would take, and what it would leave.',
    line: 'holdfast uninstall --plan',
    exitCode: 0,
    says: /^! box local-box +has to go first: holdfast box destroy local-box$/m,
  },
  {
    because: 'The box goes first. At a terminal its name has to be typed.',
    line: 'holdfast box destroy local-box --confirm local-box -q',
    exitCode: 0,
    says: /^Box local-box is gone$/m,
  },
  {
    because: 'Then the rest.',
    line: 'holdfast uninstall --confirm uninstall',
    exitCode: 0,
    says: /^= this program +apt-get remove holdfast$[^]*^removed \d+; what is marked with = stays$/m,
  },
  {
    because: 'And the program. Nothing of it is left.',
    line: 'apt-get -qq -y remove holdfast > apt.log 2>&1; ls -d /var/lib/holdfast* /root/.cache/holdfast /usr/lib/holdfast',
    exitCode: 2,
    says: /^(ls: cannot access '[^\n]*': No such file or directory\n?){3}$/,
  },
];
