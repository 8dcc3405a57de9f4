import { describe, expect, it } from 'vitest';
import { SetupFailure, explain } from './failures.mjs';

describe('explain', () => {
  // What npm and the compiler really print, shortened.
  it.each([
    ['npm error code ENOSPC\nnpm error ENOSPC: no space left on device, write', 'the disk is full'],
    ["npm error code EACCES\nnpm error path /srv/kontor/node_modules\nnpm error Error: EACCES: permission denied, mkdir '/srv/kontor/node_modules'", '/srv/kontor/node_modules may not be written'],
    ["npm error Error: EROFS: read-only file system, mkdir '/x'", 'this folder is read-only'],
    ['npm error code ENOTFOUND\nnpm error network request to https://example.com failed, reason: getaddrinfo ENOTFOUND', 'the package registry cannot be reached'],
    ['npm error code ECONNREFUSED', 'the package registry cannot be reached'],
    ['npm error code ENOTCACHED\nnpm error request to https://example.com/zod failed: cache mode is \'only-if-cached\'', 'the package registry cannot be reached'],
    ['npm error code EINTEGRITY\nnpm error sha512-x integrity checksum failed', 'not the one in package-lock.json'],
    ['npm error code EUSAGE\nnpm error `npm ci` can only install packages when your package.json and package-lock.json are in sync.', 'disagree'],
    ['npm error code SELF_SIGNED_CERT_IN_CHAIN\nnpm error request failed, reason: self-signed certificate in certificate chain', "the registry's certificate is not trusted"],
    ['npm error code E401\nnpm error Incorrect or missing password.', 'the package registry refused'],
    ['npm error code E404\nnpm error 404 Not Found - GET https://example.com/zod', 'does not have one of the packages'],
    ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', 'not enough memory'],
    ['> tsc -b\n\nsrc/a.ts(3,7): error TS2322: Type x is not assignable.\n\nNX Running target build failed', 'src/a.ts(3,7): error TS2322: Type x is not assignable.'],
    ['something odd\nlast words', 'last words'],
    ['', 'ended without a word'],
  ])('finds the cause in %j', (output, sentence) => {
    expect(explain('It failed', { output }).message).toMatch(new RegExp(`^It failed: .*${sentence.replace(/[()]/g, '\\$&')}`));
  });

  it('takes a killed step for a lack of memory', () => {
    expect(explain('It failed', { output: 'compiling', signal: 'SIGKILL' }).message).toContain('not enough memory');
  });

  it('ends with the path of the full output', () => {
    expect(new SetupFailure('It failed.', 'a/b.log').render()).toBe('\nkontor: It failed.\n        Full output: a/b.log');
  });
});
