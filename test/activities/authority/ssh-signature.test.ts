// SPDX-License-Identifier: Apache-2.0
// Signatures of ssh-keygen as it made them, and all that must not be taken for one.
import { describe, expect, it } from 'vitest';
import { sshSignatureFault } from '../../../activities/clients/ca/ssh-signature.ts';
import { approvalMessage } from '../../../workflows/contracts/authority/approval.ts';
import { sshSigner } from './ssh-signer.ts';

const message = approvalMessage({
  ceremony: 'lab/1',
  digest: '0'.repeat(64),
  at: '2026-01-31T00:00:00Z',
});

/** @source `ssh-keygen -Y sign -n holdfast` of OpenSSH 9.2, over the message above; the private keys are gone */
const samples = [
  {
    key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG0rl3saWxuioA27Gq9nW4+Mz51gMgLx424wCJd1MPRU',
    signature:
      'U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgbSuXexpbG6KgDbsar2dbj4zPnWAyAvHjbjAIl3Uw9FQAAAAIaG9sZGZhc3QAAAAAAAAABnNoYTUxMgAAAFMAAAALc3NoLWVkMjU1MTkAAABA1SqAgx/skljWQlCfoA4BS+pIUtRnocdZc7bZ7xWWjx3ju8+IiHs4vomPqgQhNR/7k7WQ9pEZRR5avL2Uwa6rDA==',
  },
  {
    key: 'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBCZ3O4eI1rIOqqwE046ggBmSa6VjK3tSL0cN+B4Aursev5K4MvAsIUbupxJqqn9KxXLUpc/80ixVpuWDZ4UoU60=',
    signature:
      'U1NIU0lHAAAAAQAAAGgAAAATZWNkc2Etc2hhMi1uaXN0cDI1NgAAAAhuaXN0cDI1NgAAAEEEJnc7h4jWsg6qrATTjqCAGZJrpWMre1IvRw34HgC6ux6/krgy8CwhRu6nEmqqf0rFctSlz/zSLFWm5YNnhShTrQAAAAhob2xkZmFzdAAAAAAAAAAGc2hhNTEyAAAAZAAAABNlY2RzYS1zaGEyLW5pc3RwMjU2AAAASQAAACEA5m/Cwou/18c4YCPWI9KEZ1Fnormam/KY3fXmqbZktCoAAAAgDy1pTPD3lx2VFZdgntAspQuaVou8aAG9cJ6XykGbMXk=',
  },
  {
    key: 'ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBI2rGfrgghcRIzBM6G18Z959e8Rd00AesgSeX7fFSFWm58QWhCSYyL2s67dZk1U5OQgc5hUh+afzmhtFSgm7lscu7APvmV06cXHer0LQdKspTO2hJ6168FrMUHPZ6Ko0Lg==',
    signature:
      'U1NIU0lHAAAAAQAAAIgAAAATZWNkc2Etc2hhMi1uaXN0cDM4NAAAAAhuaXN0cDM4NAAAAGEEjasZ+uCCFxEjMEzobXxn3n17xF3TQB6yBJ5ft8VIVabnxBaEJJjIvazrt1mTVTk5CBzmFSH5p/OaG0VKCbuWxy7sA++ZXTpxcd6vQtB0qylM7aEnrXrwWsxQc9noqjQuAAAACGhvbGRmYXN0AAAAAAAAAAZzaGE1MTIAAACEAAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAABpAAAAMQDHeVgD/bmfeTFQQYnLdOL3u9O3o8JMZUI/u6Qj9IwmfQZfxGdxrjkD9bGQJPscFZwAAAAwByPkaSOrlu0IBft37FH8gh84R8DFeJDN6fiGb/hVxPNwR5aVgs646t9rssvNN2uP',
  },
  {
    key: 'ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAD4L54BoPIGbsLN00BIhhoIfpyzAwvhU+etUrQC0GknZebZR7ARDPDb0bJa1fceebHI5A1B2kCbKmqgxmbn5cSAQwCPyOM9IuIY2JePwTsR/BclazSuoCsy0ZOYSg7ANywL4ysL6b09kMP6IycFbKFJUpCyQhZKF1zK/9UW6HDdhpByZg==',
    signature:
      'U1NIU0lHAAAAAQAAAKwAAAATZWNkc2Etc2hhMi1uaXN0cDUyMQAAAAhuaXN0cDUyMQAAAIUEAPgvngGg8gZuws3TQEiGGgh+nLMDC+FT561StALQaSdl5tlHsBEM8NvRslrV9x55scjkDUHaQJsqaqDGZuflxIBDAI/I4z0i4hjYl4/BOxH8FyVrNK6gKzLRk5hKDsA3LAvjKwvpvT2Qw/ojJwVsoUlSkLJCFkoXXMr/1RbocN2GkHJmAAAACGhvbGRmYXN0AAAAAAAAAAZzaGE1MTIAAACnAAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAACMAAAAQgDGH+PZx6sv2e/zL0YpPWShaZ0Y6jAN0t7SWGAVr2iC7pNA0WGJAUfwlgViFWMqyJ6dYqZRYBcMwTxNcU2qmGeFxAAAAEIBSER7+x9w5V6D5WQNZFeKHPdTWApJhmP4U8Vqz6ivv/hNUI/cTYftdsxv53bcRMQ9vSodk3TeyXd2YCvv2ggxjSE=',
  },
];

describe('sshSignatureFault()', () => {
  it.each(samples)('takes what ssh-keygen signed with $key', ({ key, signature }) => {
    expect(sshSignatureFault(key, message, signature)).toBeNull();
  });

  it.each(samples)('takes it for no other message and of no other person: $key', ({ key, signature }) => {
    expect(sshSignatureFault(key, `${message}x`, signature)).toBe('it is over another message');
    expect(sshSignatureFault(sshSigner().publicKey, message, signature)).toBe('it was made with another key');
  });

  it('takes no signature for another purpose', () => {
    const signer = sshSigner();
    expect(sshSignatureFault(signer.publicKey, message, signer.sign(message))).toBeNull();
    expect(sshSignatureFault(signer.publicKey, message, signer.sign(message, 'git'))).toBe(
      'it is for git, not for holdfast',
    );
  });

  it('throws at nothing, however a signature was cut or changed', () => {
    for (const { key, signature } of samples) {
      const bytes = Buffer.from(signature, 'base64');
      for (let at = 0; at < bytes.length; at += 1) {
        const cut = bytes.subarray(0, at).toString('base64');
        expect(sshSignatureFault(key, message, cut)).not.toBeNull();
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        expect(sshSignatureFault(key, message, changed.toString('base64'))).not.toBeNull();
      }
    }
  });
});
