import { describe, expect, it } from 'vitest';
import { catalogue, defaultChatModel, defaultEmbedder, defaultNames, type Machine } from './catalogue.js';
import type { SourceKind } from './entry.js';

const GIB = 1_073_741_824;
const machine = (memoryGib: number, cores: number): Machine => ({ memoryFreeBytes: memoryGib * GIB, cores });
const reach = (...kinds: SourceKind[]): ReadonlySet<SourceKind> => new Set(kinds);

describe('the catalogue', () => {
  it('pins every file by a hash and names each model once', () => {
    for (const { files } of catalogue) for (const { sha256 } of files) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length);
    expect(catalogue.every(({ name }) => /^[a-z0-9][a-z0-9.-]+$/.test(name))).toBe(true);
  });

  it('joins parts to the length of the file, since a wrong one would be noticed only after a gigabyte', () => {
    const joined = catalogue.flatMap(({ files }) => files).filter(({ mirror }) => mirror !== undefined && 'join' in mirror);
    expect(joined.length).toBeGreaterThan(2);
    for (const { sizeBytes, mirror } of joined) {
      const members = mirror !== undefined && 'join' in mirror ? mirror.join : [];
      expect(members.reduce((sum, member) => sum + member.sizeBytes, 0)).toBe(sizeBytes);
      expect(members.every((member) => member.sizeBytes > 0)).toBe(true);
    }
  });

  it('has every default', () => {
    for (const name of [...defaultNames('chat'), ...defaultNames('embedder')]) expect(catalogue.map((entry) => entry.name)).toContain(name);
  });
});

describe('the default chat model', () => {
  it.each([
    ['a workstation with a hub', machine(16, 8), reach('hub', 'mirror'), 'qwen3-4b-instruct-2507'],
    ['two processors with a hub', machine(16, 2), reach('hub'), 'qwen3.5-2b'],
    ['little memory with a hub', machine(2.5, 2), reach('hub'), 'qwen3.5-0.8b'],
    ['the package mirror only', machine(16, 8), reach('mirror'), 'qwen2.5-coder-1.5b-instruct'],
    ['one processor and the package mirror', machine(16, 1), reach('mirror', 'local'), 'qwen2.5-coder-0.5b-instruct'],
    ['too little for any', machine(0.1, 1), reach('mirror'), 'qwen2.5-coder-0.5b-instruct'],
    ['nothing reachable', machine(16, 8), reach(), undefined],
  ])('suits %s', (_what, here, reachable, name) => {
    expect(defaultChatModel(here, reachable)).toBe(name);
  });
});

describe('the default embedder', () => {
  it('is the published one where a hub answers, else the converted one', () => {
    expect(defaultEmbedder(reach('hub', 'mirror'))).toBe('multilingual-e5-small-int8');
    expect(defaultEmbedder(reach('mirror'))).toBe('multilingual-e5-small-q4-int8');
    expect(defaultEmbedder(reach('local'))).toBeUndefined();
  });
});
