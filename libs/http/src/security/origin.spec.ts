import { describe, expect, it } from 'vitest';
import { checkHost, checkOrigin } from './origin.js';

const rules = { host: '127.0.0.1', allowedHosts: ['kontor.example', 'office:8443'] };

describe('checkHost', () => {
  it.each(['localhost:7700', '127.0.0.1:7700', '[::1]:7700', '192.168.1.5', 'KONTOR.example', 'kontor.example:80', 'office:8443'])('answers to %s', (host) => {
    expect(() => checkHost(host, rules)).not.toThrow();
  });

  it.each([undefined, '', 'evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'office', 'office:1'])('does not answer to %s', (host) => {
    expect(() => checkHost(host, rules)).toThrow(/KONTOR_ALLOWED_HOSTS/);
  });
});

describe('checkOrigin', () => {
  const refused = (method: string, headers: Record<string, string>) => () => checkOrigin(method, headers, rules);

  it('lets reading, programs and our own pages through', () => {
    expect(refused('GET', { origin: 'https://evil.example' })).not.toThrow();
    expect(refused('POST', { host: 'localhost:7700' })).not.toThrow();
    expect(refused('POST', { host: 'localhost:7700', origin: 'http://localhost:7700' })).not.toThrow();
    expect(refused('POST', { host: 'localhost:7700', origin: 'https://kontor.example' })).not.toThrow();
  });

  it('refuses another program on the same machine: its pages have another port', () => {
    expect(refused('POST', { host: 'localhost:7700', origin: 'http://localhost:3000' })).toThrow(/another site/);
    expect(refused('DELETE', { host: 'localhost:7700', origin: 'nonsense' })).toThrow(/another site/);
  });
});
