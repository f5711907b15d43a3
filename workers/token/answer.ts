// SPDX-License-Identifier: Apache-2.0
// Carries out a request with the module it names. Every refusal of the token or of its module becomes an answer.
import type {
  NewTokenRequest,
  TokenAnswer,
  TokenAnswers,
  TokenRequest,
  TokenAction,
} from '../../activities/clients/token/messages.ts';
import { Module, Refused } from './module.ts';
import { certificatesOn, importCertificate } from './certificates.ts';
import { generateKey, keysOn, signWith } from './keys.ts';

type Action = TokenAction['action'];

export async function answerOf(request: TokenRequest | NewTokenRequest): Promise<TokenAnswer<Action>> {
  try {
    const module = await Module.load(request.module);
    try {
      return { ok: true, value: carryOut(module, request) };
    } finally {
      module.close();
    }
  } catch (error) {
    return { ok: false, refusal: refusalOf(error) };
  }
}

function carryOut(module: Module, request: TokenRequest | NewTokenRequest): TokenAnswers[Action] {
  switch (request.action) {
    case 'list':
      return module.tokens();
    case 'initialize':
      return [module.initialize(request)];
    case 'certificates':
      return module.with(request, certificatesOn);
    case 'keys':
      return module.with(request, keysOn);
    case 'generate':
      return module.with(request, (session) => generateKey(session, request.id, request.label));
    case 'sign':
      return module.with(request, (session) =>
        signWith(session, request.id, Buffer.from(request.digest, 'hex'), request.pin),
      );
    case 'import':
      return module.with(request, (session) => importCertificate(session, request));
    default:
      throw new Refused(
        'UNKNOWN_ACTION',
        `There is no action ${String((request as { action: unknown }).action)}`,
      );
  }
}

/** A module names its refusals; what Node says of a library that is none is told as it is. */
function refusalOf(error: unknown): { code: string; message: string } {
  if (error instanceof Refused) return { code: error.code, message: error.message };
  if (!(error instanceof Error)) return { code: 'UNEXPECTED', message: String(error) };
  const code = /\bCKR_[A-Z0-9_]+/.exec(error.message)?.[0];
  const { method } = error as { method?: unknown };
  const where = typeof method === 'string' ? `${method}: ` : '';
  return { code: code ?? 'UNEXPECTED', message: `${where}${error.message}` };
}
