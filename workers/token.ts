// SPDX-License-Identifier: Apache-2.0
// Does one thing on one token: reads a request from stdin, writes an answer to stdout, and ends. A process for each, since a
// module keeps state for a process, may crash it, and loses its sessions when a token is pulled.
import './own-surroundings.ts';
import { text } from 'node:stream/consumers';
import type { NewTokenRequest, TokenRequest } from '../activities/clients/token/messages.ts';
import { answerOf } from './token/answer.ts';

// The request is read to its end before anything is asked of a token: a caller that died asks for nothing.
const request = JSON.parse(await text(process.stdin)) as NewTokenRequest | TokenRequest;
process.stdout.write(JSON.stringify(await answerOf(request)));
