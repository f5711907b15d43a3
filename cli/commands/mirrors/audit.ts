// SPDX-License-Identifier: Apache-2.0
// `holdfast mirrors audit` and `allow`: who asked the proxy of a mirror for what, and one host more that it lets through.
import { parseMirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.schema.ts';
import type { MirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.ts';
import { operationId, operations } from '../../../workflows/operations/index.ts';
import { runOptions, takeOverOption, watchOptions, type Command } from '../../command.ts';
import { requireMirror } from '../../records/mirror-records.ts';
import { recordWantedMirror, specDigestOf } from '../../records/wanted-spec.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { exitCodeOption } from '../box/plan.ts';
import { mirrorNameArgument } from './refresh.ts';

export const mirrorsAudit: Command = {
  words: ['mirrors', 'audit'],
  summary: 'show who asked the proxy of a mirror for what, and what it refused',
  arguments: [mirrorNameArgument],
  options: [exitCodeOption, ...runOptions, ...watchOptions],
  examples: ['mirrors audit local-mirror', 'mirrors audit local-mirror --json'],
  run: async (context, [argument = ''], options) => {
    const { name } = await requireMirror(context, argument);
    const request = { operation: operations.auditMirror, subject: name, input: { name } };
    return runOperation(context, options, request);
  },
};

export const mirrorsAllow: Command = {
  words: ['mirrors', 'allow'],
  summary: 'have the proxy of a mirror let one host more through',
  arguments: [
    mirrorNameArgument,
    { name: 'host', text: 'a host, or with a dot before it all names below it: .debian.org' },
  ],
  options: [...runOptions, takeOverOption, ...watchOptions],
  examples: ['mirrors allow local-mirror pypi.org', 'mirrors allow local-mirror .debian.org'],
  run: async (context, [argument = '', host = ''], options) => {
    const { io } = context;
    const spec = await requireMirror(context, argument);
    const { name, proxy } = spec;
    if (proxy?.allow.includes(host) === true) {
      io.stderr.write(`The proxy of ${name} lets ${host} through already: nothing was changed\n`);
      return exitCodes.done.code;
    }
    const wanted = await recordWantedMirror(context, withHost(spec, host));
    io.stderr.write(`+ proxy: ${host}\n`);
    const input = { ...wanted, base: specDigestOf(spec), takeOver: options['takeOver'] === true };
    return runOperation(
      context,
      options,
      {
        operation: operations.installMirror,
        subject: name,
        input,
        replaceCommand: `holdfast op watch ${operationId(operations.installMirror, name)}; then give the command again`,
      },
      () => {
        io.stderr.write(
          `The spec of ${name} has it. Its file does not: change that too, since mirrors install FILE goes by the file\n`,
        );
        return Promise.resolve();
      },
    );
  },
};

/** @throws CliError (exit 2) without a proxy, and for what is not a host */
function withHost(spec: MirrorSpec, host: string): MirrorSpec {
  const { name, proxy } = spec;
  if (proxy === undefined)
    throw new CliError('usage', `The mirror ${name} has no proxy`, {
      next: 'Name it in the file of the mirror (proxy: {}), then holdfast mirrors install FILE',
    });
  // What a line with a dot covers goes: squid takes no name twice.
  const covered = (each: string): boolean =>
    host.startsWith('.') && (each === host.slice(1) || each.endsWith(host));
  const allow = [...proxy.allow.filter((each) => !covered(each)), host];
  const parsed = parseMirrorSpec({ ...spec, proxy: { ...proxy, allow } });
  if (parsed.ok) return parsed.value;
  throw new CliError(
    'usage',
    `The proxy of ${name} cannot let ${JSON.stringify(host)} through; nothing was done`,
    {
      details: parsed.issues.map(({ path, message }) => `${path}: ${message}`),
    },
  );
}
