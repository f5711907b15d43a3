// SPDX-License-Identifier: Apache-2.0
// `holdfast box add-client` and `remove-client`: a machine more or less that reaches a box through a tunnel of its own.
import { basename } from 'node:path';
import { renderUnicodeCompact } from 'uqr';
import { parseBoxSpec } from '../../../workflows/contracts/box/box-spec.schema.ts';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import {
  clientConfiguration,
  nextClientAddress,
  withoutClient,
  type WireguardClient,
  type WireguardSpec,
} from '../../../workflows/contracts/box/wireguard.ts';
import { nearestName } from '../../../workflows/contracts/run/nearest-name.ts';
import { operationId, operations } from '../../../workflows/operations/index.ts';
import { runOptions, watchOptions, type Command, type CommandContext, type Options } from '../../command.ts';
import { requireSpec } from '../../records/box-records.ts';
import { newTunnelKey, privateKeyIn, publicKeyOf, tunnelServer } from '../../records/tunnels.ts';
import { recordWanted, specDigestOf } from '../../records/wanted-spec.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { boxNameArgument } from './drift.ts';
import { isForPrograms } from '../../terminal/output-format.ts';

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
    { flags: '--qr', text: 'also print the configuration as a QR code', group: 'Output' },
    ...runOptions,
    ...watchOptions,
  ],
  examples: ['box add-client local-box laptop --to laptop.conf', 'box add-client local-box phone --qr'],
  run: async (context, [box = '', client = ''], options) => {
    const { io } = context;
    const spec = await requireSpec(context, box);
    const wireguard = requireTunnels(spec);
    const path = io.absolute(typeof options['to'] === 'string' ? options['to'] : `${client}.conf`);
    const kept = await keptKey(context, path);
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
    const grown = { ...wireguard, clients: [...wireguard.clients, added] };
    const next = before === undefined ? withTunnels(spec, grown) : spec;
    // First: what an interruption leaves is gone on with by the same command.
    if (kept === null) await io.writePrivate(path, `[Interface]\nPrivateKey = ${privateKey}\n`);
    const code = await installed(context, options, { before: spec, next });
    if (code === exitCodes.running.code)
      io.stderr.write('The same command writes the rest of the configuration, once the run has ended\n');
    if (code !== exitCodes.done.code) return code;
    const server = await tunnelServer(context, spec.name);
    const text = clientConfiguration(server, { privateKey, address: added.address });
    await io.writePrivate(path, text);
    const isForMachines = isForPrograms(options);
    if (options['qr'] === true && !isForMachines) io.stdout.write(`${renderUnicodeCompact(text)}\n`);
    if (!isForMachines) io.stdout.write(`${path}\n`);
    io.stderr.write(
      `${client} has the address ${added.address}. The file holds its private key: copy it over ssh, there: wg-quick up ./${basename(path)}\n`,
    );
    tellOfFile(context, spec.name);
    return code;
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
    const wireguard = requireTunnels(spec);
    const names = wireguard.clients.map(({ name }) => name);
    if (!names.includes(client)) {
      const near = nearestName(client, names);
      throw new CliError('usage', `Box ${spec.name} has no client ${client}; nothing was started`, {
        details: [
          ...(near === undefined ? [] : [`Did you mean ${near}?`]),
          names.length === 0 ? 'it has none' : `clients: ${names.join(', ')}`,
        ],
      });
    }
    const next = withTunnels(spec, withoutClient(wireguard, client));
    const code = await installed(context, options, { before: spec, next });
    if (code !== exitCodes.done.code) return code;
    if (!isForPrograms(options)) context.io.stdout.write(`${client} reaches box ${spec.name} no more\n`);
    tellOfFile(context, spec.name);
    return code;
  },
};

/** That an earlier try left in the file; null: there is no such file. @throws CliError (exit 2) for one that is something else */
async function keptKey({ io }: CommandContext, path: string): Promise<string | null> {
  const text = await io.readText(path);
  if (text === null) return null;
  const key = privateKeyIn(text);
  if (key !== null) return key;
  throw new CliError(
    'usage',
    `${path} is there already, and is no configuration of a client; nothing was started`,
    { next: 'Name another file with --to' },
  );
}

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
function withTunnels(spec: BoxSpec, wireguard: WireguardSpec): BoxSpec {
  const parsed = parseBoxSpec({ ...spec, access: { ...spec.access, wireguard } });
  if (parsed.ok) return parsed.value;
  throw new CliError('usage', `That is no client of box ${spec.name}; nothing was started`, {
    details: parsed.issues.map(({ path, message }) => `${path}: ${message}`),
  });
}

interface Change {
  /** The recorded spec that the next one was made of: no other one is replaced. */
  readonly before: BoxSpec;
  readonly next: BoxSpec;
}

async function installed(
  context: CommandContext,
  options: Options,
  { before, next }: Change,
): Promise<number> {
  const { name } = next;
  const input = { ...(await recordWanted(context, next)), base: specDigestOf(before), takeOver: false };
  const replaceCommand = `holdfast op watch ${operationId(operations.installBox, name)}; then give the command again`;
  const request = { operation: operations.installBox, subject: name, input, replaceCommand };
  return runOperation(context, options, request);
}

function tellOfFile({ io }: CommandContext, box: string): void {
  io.stderr.write(
    `The recorded spec of ${box} says so. Its file does not: change that too, since box install FILE goes by the file\n`,
  );
}
