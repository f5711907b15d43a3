// SPDX-License-Identifier: Apache-2.0
// Generators of systemd that find nothing in a container. Data.

/**
 * Every reload of systemd runs all of them: of the processes seen running during the proofs some 7 % were generators before they were masked.
 * Those that read what Debian's packages bring, of PostgreSQL's clusters and of init scripts, stay.
 */
export const generatorsWithoutWork: readonly string[] = [
  'cryptsetup',
  'debug',
  'fstab',
  'getty',
  'gpt-auto',
  'hibernate-resume',
  'integritysetup',
  'rc-local',
  'run',
  'ssh',
  'system-update',
  'tpm2',
  'veritysetup',
].map((name) => `systemd-${name}-generator`);
