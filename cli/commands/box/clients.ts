// SPDX-License-Identifier: Apache-2.0
// `holdfast box add-client` and `remove-client`: a machine more or less that reaches a box through a tunnel of its own.
import { renderUnicodeCompact } from 'uqr';
import { parseBoxSpec } from '../../../workflows/contracts/box/box-spec.schema.ts';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import {
  clientConfiguration,
  nextClientAddress,
  type WireguardClient,
  type WireguardSpec,
} from '../../../workflows/contracts/box/wireguard.ts';
import { nearestName } from '../../../workflows/contracts/run/nearest-name.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOptions, watchOptions, type Command, type CommandContext, type Options } from '../../command.ts';
import { requireSpec } from '../../records/box-records.ts';
import { newTunnelKey, privateKeyIn, publicKeyOf, tunnelServer } from '../../records/tunnels.ts';
import { recordWanted } from '../../records/wanted-spec.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { shellQuoted } from '../../terminal/shell-quote.ts';
import { boxNameArgument } from './drift.ts';

const clientArgument = { name: 'client', text: 'what people call the machine: a-z, 0-9 and -' } as const;

export const boxAddClient: Command = {
  words: ['box', 'add-client'],
  summary: 'let one machine more reach a box through a tunnel, and write its configuration',
  arguments: [boxNameArgument, clientArgument],
  options: [
    {
      flags: '--to <file>',
      text: 'where its configuration is written, which holds its private key; default: CLIENT.conf',
      group: 'Output',
    },
    { flags: '--qr', text: 'print the configuration as a QR code too', group: 'Output' },
    ...runOptions,
    ...watchOptions,
  ],
  examples: ['box add-client local-box laptop --to laptop.conf', 'box add-client local-box phone --qr'],
  run: async (context, [box = '', client = ''], options) => {
    const { io } = context;
    const spec = await requireSpec(context, box);
    const wireguard = requireTunnels(spec);
    const path = io.absolute(typeof options['to'] === 'string' ? options['to'] : `${client}.conf`);
    const present = await io.readText(path);
    const kept = present === null ? null : privateKeyIn(present);
    if (present !== null && kept === null)
      throw new CliError(
        'usage',
        `${path} is there already, and is no configuration of a client; nothing was started`,
        {
          next: 'Name another file with --to',
        },
      );
    const privateKey = kept ?? newTunnelKey();
    const before = wireguard.clients.find(({ name }) => name === client);
    if (before !== undefined && before.publicKey !== publicKeyOf(privateKey))
      throw new CliError(
        'usage',
        `Client ${client} has a key already, which is not in ${path}; nothing was started`,
        {
          next: `--to the file with its key; or holdfast box remove-client ${spec.name} ${client}, then the same again`,
        },
      );
    const added = before ?? addedClient(wireguard, client, publicKeyOf(privateKey), spec.name);
    const next = before === undefined ? withClients(spec, [...wireguard.clients, added]) : spec;
    // First: what an interruption leaves is gone on with by the same command.
    if (present === null) await io.writePrivate(path, `[Interface]\nPrivateKey = ${privateKey}\n`);
    return installed(context, options, next, async () => {
      const text = clientConfiguration(await tunnelServer(context, spec.name), {
        privateKey,
        address: added.address,
      });
      await io.writePrivate(path, text);
      if (options['qr'] === true) io.stdout.write(`${renderUnicodeCompact(text)}\n`);
      else io.stdout.write(`${path}\n`);
      io.stderr.write(
        `${client} has the address ${added.address}. The file holds its private key: copy it over ssh, there: wg-quick up ./${client}.conf\n`,
      );
      tellOfFile(context, spec.name);
    });
  },
};

export const boxRemoveClient: Command = {
  words: ['box', 'remove-client'],
  summary: 'end the tunnel of a machine for good',
  arguments: [boxNameArgument, clientArgument],
  options: [...runOptions, ...watchOptions],
  examples: ['box remove-client local-box laptop'],
  run: async (context, [box = '', client = ''], options) => {
    const spec = await requireSpec(context, box);
    const { clients } = requireTunnels(spec);
    const left = clients.filter(({ name }) => name !== client);
    if (left.length === clients.length) {
      const names = clients.map(({ name }) => name);
      const near = nearestName(client, names);
      throw new CliError('usage', `Box ${spec.name} has no client ${client}; nothing was started`, {
        details: [
          ...(near === null || near === undefined ? [] : [`Did you mean ${near}?`]),
          names.length === 0 ? 'it has none' : `clients: ${names.join(', ')}`,
        ],
      });
    }
    return installed(context, options, withClients(spec, left), async () => {
      context.io.stdout.write(`${client} reaches box ${spec.name} no more\n`);
      tellOfFile(context, spec.name);
      return Promise.resolve();
    });
  },
};

/** @throws CliError (exit 2) for a box without tunnels */
function requireTunnels({ name, access }: BoxSpec): WireguardSpec {
  if (access.wireguard !== undefined) return access.wireguard;
  throw new CliError('usage', `Box ${name} has no tunnels; nothing was started`, {
    next: 'Write access: { wireguard: { address: AN-ADDRESS-OF-THIS-MACHINE } } into its spec, then holdfast box install FILE',
  });
}

/** @throws CliError (exit 2) when no address is left */
function addedClient(
  wireguard: WireguardSpec,
  name: string,
  publicKey: string,
  box: string,
): WireguardClient {
  const address = nextClientAddress(wireguard);
  if (address !== null) return { name, publicKey, address };
  throw new CliError('usage', `${wireguard.cidr} has no address left for a client; nothing was started`, {
    next: `Name a larger access.wireguard.cidr in the spec of ${box}, then holdfast box install FILE`,
  });
}

/** @throws CliError (exit 2) when that is no spec, such as by the name of the client */
function withClients(spec: BoxSpec, clients: readonly WireguardClient[]): BoxSpec {
  const wireguard = { ...requireTunnels(spec), clients };
  const parsed = parseBoxSpec({ ...spec, access: { ...spec.access, wireguard } });
  if (parsed.ok) return parsed.value;
  throw new CliError('usage', `That is no client of box ${spec.name}; nothing was started`, {
    details: parsed.issues.map(({ path, message }) => `${path}: ${message}`),
  });
}

async function installed(
  context: CommandContext,
  options: Options,
  spec: BoxSpec,
  afterDone: () => Promise<void>,
): Promise<number> {
  const request = {
    operation: operations.installBox,
    subject: spec.name,
    input: { ...(await recordWanted(context, spec)), takeOver: false },
    replaceCommand: `holdfast op watch install-box/${shellQuoted(spec.name)}; then give the command again`,
  };
  const code = await runOperation(context, options, request, afterDone);
  return code === exitCodes.done.code ? exitCodes.done.code : code;
}

function tellOfFile({ io }: CommandContext, box: string): void {
  io.stderr.write(
    `The recorded spec of ${box} says so. Its file does not: change that too, since box install FILE goes by the file\n`,
  );
}
