// SPDX-License-Identifier: Apache-2.0
// `holdfast cloud policies`: prints the policies of Vault that a recorded cloud needs, and with an authority a role for each
// host name. Applies none: a rotator needs no right to.
import type { AuthoritySpec } from '../../../workflows/contracts/authority/authority-spec.ts';
import { vaultPolicies, type VaultPolicy } from '../../../workflows/contracts/cloud/vault-policies.ts';
import {
  hostLogins,
  hostTokenSeconds,
  type HostLogins,
} from '../../../workflows/contracts/cloud/vault-roles.ts';
import { outputOptions, type Command, type Options } from '../../command.ts';
import { requireAuthority } from '../../records/authority-records.ts';
import { requireCloud } from '../../records/cloud-records.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { isForPrograms, writeDocument } from '../../terminal/output-format.ts';

export const cloudPolicies: Command = {
  words: ['cloud', 'policies'],
  summary: 'print the policies and logins that the Vault of a cloud needs',
  arguments: [{ name: 'cloud', text: 'name of a recorded cloud' }],
  options: [
    {
      flags: '--authority <name>',
      text: 'also print a role and a policy for each consumer whose name this recorded authority may certify',
      group: 'Output',
    },
    {
      flags: '--rotator <host>',
      text: 'the host name of the machine that rotates, for a role of its own',
      group: 'Output',
    },
    { flags: '--domain <name>', text: 'goes behind names of consumers that have no dot', group: 'Output' },
    ...outputOptions,
  ],
  examples: [
    'cloud policies lab-cloud',
    'cloud policies lab-cloud --authority lab --rotator holdfast.cloud.example --domain cloud.example',
  ],
  run: async (context, [name = ''], options) => {
    const { io } = context;
    const spec = await requireCloud(context, name);
    if (spec.store.kind !== 'vault')
      throw new CliError('usage', `The secrets of cloud ${name} lie in no Vault: its spec names none`, {
        next: 'Name one under store, then: holdfast cloud record FILE',
      });
    const policies = vaultPolicies(spec, spec.store);
    const { authority } = options;
    if (typeof authority !== 'string') {
      refuseWithoutAuthority(options);
      if (isForPrograms(options)) writeDocument(io, options, policies);
      else io.stdout.write(policies.map(policyCommand).join(''));
      return exitCodes.done.code;
    }
    const { spec: issuer } = await requireAuthority(context, authority);
    const textOf = (key: string): string | null => {
      const value = options[key];
      return typeof value === 'string' ? value : null;
    };
    const names = { rotator: textOf('rotator'), domain: textOf('domain') };
    const logins = hostLogins(spec, spec.store, issuer, names);
    if (isForPrograms(options)) {
      const { root, profile } = issuer;
      const certificates = { root: root.certificate, crlUrl: profile.crlUrl };
      writeDocument(io, options, { policies, ...certificates, logins });
    } else {
      io.stdout.write([...policies, ...logins.policies].map(policyCommand).join(''));
      io.stdout.write(loginCommands(issuer, logins));
    }
    for (const host of logins.refused)
      io.stderr.write(`${host}: authority ${authority} may not certify it, so it has no role\n`);
    return exitCodes.done.code;
  },
};

/** @throws CliError (exit 2): nothing would come of them */
function refuseWithoutAuthority(options: Options): void {
  for (const key of ['rotator', 'domain'])
    if (options[key] !== undefined)
      throw new CliError('usage', `--${key} is about logins by certificate`, {
        next: 'Add --authority NAME',
      });
}

const policyCommand = ({ name, text }: VaultPolicy): string =>
  `vault policy write ${name} - <<'POLICY'\n${text}\nPOLICY\n`;

/**
 * Vault reads the CRL by its URL, so that leaves of a revoked intermediate open nothing: once, and again when that CRL ends.
 * @source fetchCRL and updateCRLs of its certificate method, 1.19: `valid_until` is the CRL's nextUpdate, a year away here
 */
function loginCommands(
  { name, root, profile }: Pick<AuthoritySpec, 'name' | 'root' | 'profile'>,
  { mount, roles }: HostLogins,
): string {
  const { ttl, max } = hostTokenSeconds;
  return [
    `vault auth list | grep -q '^${mount}/' || vault auth enable -path=${mount} cert\n`,
    '# Vault reads the CRL now, and again only once that one ends: repeat the next line after each revocation.\n',
    `vault write auth/${mount}/crls/holdfast-${name} url=${profile.crlUrl}\n`,
    ...roles.map(
      ({ name: role, host, policy }) =>
        `vault write auth/${mount}/certs/${role} certificate=- allowed_dns_sans=${host} token_policies=${policy} ` +
        `token_ttl=${ttl} token_max_ttl=${max} <<'ROOT'\n${root.certificate.trimEnd()}\nROOT\n`,
    ),
  ].join('');
}
