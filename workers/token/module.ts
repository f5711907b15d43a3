// SPDX-License-Identifier: Apache-2.0
// A PKCS #11 module and a session on one of its tokens. Knows no object of a token.
import { createRequire } from 'node:module';
import type * as Pkcs11 from 'pkcs11js';
import type { NewTokenRequest, TokenInfo } from '../../activities/clients/token/messages.ts';

/** A refusal of ours; those of a module have its own names. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

type Library = typeof Pkcs11;

export interface Session {
  readonly library: Library;
  readonly token: Pkcs11.PKCS11;
  readonly handle: Buffer;
}

export class Module {
  private constructor(
    private readonly library: Library,
    private readonly pkcs11: Pkcs11.PKCS11,
  ) {}

  /** @throws Refused without the binding; Error in the words of the module */
  static async load(path: string): Promise<Module> {
    const library = binding();
    const pkcs11 = new library.PKCS11();
    pkcs11.load(path);
    pkcs11.C_Initialize();
    return new Module(library, pkcs11);
  }

  tokens(): TokenInfo[] {
    return this.pkcs11.C_GetSlotList(true).flatMap((slot) => {
      const info = this.pkcs11.C_GetTokenInfo(slot);
      return (info.flags & this.library.CKF_TOKEN_INITIALIZED) === 0 ? [] : [this.#described(info)];
    });
  }

  /** With a PIN the session is the user's and may write. @throws Refused when not exactly one token has the serial number */
  with<T>(
    { serial, pin }: { readonly serial: string; readonly pin?: string },
    work: (session: Session) => T,
  ): T {
    const { library, pkcs11 } = this;
    const slots = pkcs11
      .C_GetSlotList(true)
      .filter((each) => trimmed(pkcs11.C_GetTokenInfo(each).serialNumber) === serial);
    const [slot] = slots;
    if (slot === undefined)
      throw new Refused('TOKEN_ABSENT', `No token with the serial number ${serial} is there`);
    if (slots.length > 1)
      throw new Refused('TOKEN_TWICE', `${slots.length} tokens have the serial number ${serial}`);
    const flags = library.CKF_SERIAL_SESSION | (pin === undefined ? 0 : library.CKF_RW_SESSION);
    const handle = pkcs11.C_OpenSession(slot, flags);
    if (pin !== undefined) pkcs11.C_Login(handle, library.CKU_USER, pin);
    return work({ library, token: pkcs11, handle });
  }

  /** @throws Refused without a free slot: no token that holds anything is ever made anew */
  initialize({ label, pin, officerPin }: NewTokenRequest): TokenInfo {
    const { library, pkcs11 } = this;
    const slots = pkcs11.C_GetSlotList(true).map((slot) => ({ slot, info: pkcs11.C_GetTokenInfo(slot) }));
    const isMade = ({ flags }: Pkcs11.TokenInfo): boolean => (flags & library.CKF_TOKEN_INITIALIZED) !== 0;
    const there = slots.find(({ info }) => isMade(info) && trimmed(info.label) === label);
    const slot = (there ?? slots.find(({ info }) => !isMade(info)))?.slot;
    if (slot === undefined) throw new Refused('NO_FREE_SLOT', 'The module has no slot without a token');
    if (there === undefined) pkcs11.C_InitToken(slot, officerPin, label);
    // Also of one whose maker died here.
    if ((pkcs11.C_GetTokenInfo(slot).flags & library.CKF_USER_PIN_INITIALIZED) === 0) {
      const handle = pkcs11.C_OpenSession(slot, library.CKF_SERIAL_SESSION | library.CKF_RW_SESSION);
      pkcs11.C_Login(handle, library.CKU_SO, officerPin);
      pkcs11.C_InitPIN(handle, pin);
    }
    return this.#described(pkcs11.C_GetTokenInfo(slot));
  }

  close(): void {
    this.pkcs11.C_Finalize();
    this.pkcs11.close();
  }

  #described(info: Pkcs11.TokenInfo): TokenInfo {
    const { CKF_USER_PIN_COUNT_LOW, CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_LOCKED } = this.library;
    const { major, minor } = info.firmwareVersion;
    const has = (flag: number): boolean => (info.flags & flag) !== 0;
    return {
      serial: trimmed(info.serialNumber),
      label: trimmed(info.label),
      manufacturer: trimmed(info.manufacturerID),
      model: trimmed(info.model),
      firmware: `${major}.${minor}`,
      isPinCountLow: has(CKF_USER_PIN_COUNT_LOW),
      isFinalPinTry: has(CKF_USER_PIN_FINAL_TRY),
      isPinLocked: has(CKF_USER_PIN_LOCKED),
    };
  }
}

/** Fields of PKCS #11 are padded. */
const trimmed = (text: string): string => text.replaceAll('\0', ' ').trim();

/** Compiled on this machine, so it may be absent: the library is loaded when it is needed and no sooner. */
function binding(): Library {
  try {
    return createRequire(import.meta.url)('pkcs11js') as Library;
  } catch (error) {
    const cause = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new Refused('BINDING_ABSENT', `The binding to PKCS #11 cannot be loaded: ${cause}`);
  }
}
