/* SPDX-License-Identifier: Apache-2.0
 * SoftHSM's own module, with a line in a file for each PIN and each signature that reaches a token. A PIN is written as a
 * number made of it, so that two equal ones are known and none is told.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pkcs11.h>

static CK_FUNCTION_LIST_PTR real;
static CK_FUNCTION_LIST watched;

/* FNV-1a of 64 bits. */
static uint64_t number_of(CK_UTF8CHAR_PTR pin, CK_ULONG length) {
  uint64_t number = 1469598103934665603ULL;
  for (CK_ULONG at = 0; at < length; at += 1) number = (number ^ pin[at]) * 1099511628211ULL;
  return number;
}

static void note(const char *what, CK_SESSION_HANDLE session, uint64_t number, CK_RV answer) {
  const char *path = getenv("TOKEN_LOG");
  CK_SESSION_INFO of;
  CK_TOKEN_INFO token;
  if (path == NULL || real->C_GetSessionInfo(session, &of) != CKR_OK) return;
  if (real->C_GetTokenInfo(of.slotID, &token) != CKR_OK) return;
  FILE *file = fopen(path, "a");
  if (file == NULL) return;
  fprintf(file, "%s %.16s %016llx %lu\n", what, token.serialNumber, (unsigned long long)number, answer);
  fclose(file);
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin, CK_ULONG length) {
  CK_RV answer = real->C_Login(session, user, pin, length);
  note("login", session, number_of(pin, length), answer);
  return answer;
}

static CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE_PTR data, CK_ULONG length, CK_BYTE_PTR made, CK_ULONG_PTR size) {
  CK_RV answer = real->C_Sign(session, data, length, made, size);
  /* Asked for the size alone, the module signs nothing. */
  if (made != NULL_PTR) note("sign", session, number_of(data, length), answer);
  return answer;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list) {
  void *library = dlopen(REAL_MODULE, RTLD_NOW);
  CK_C_GetFunctionList get = library == NULL ? NULL : (CK_C_GetFunctionList)dlsym(library, "C_GetFunctionList");
  if (get == NULL) return CKR_GENERAL_ERROR;
  CK_RV answer = get(&real);
  if (answer != CKR_OK) return answer;
  watched = *real;
  watched.C_Login = login;
  watched.C_Sign = sign;
  *list = &watched;
  return CKR_OK;
}
