import { BLOCK, type BlockMatrix, E5File } from './e5-file.js';
import { addLinear, type LinearVariant } from './linear.js';
import { MICROSOFT, OnnxGraph } from './onnx-graph.js';
import { joinRows, packNibbles } from './quantise.js';

type Projection = 'qkv' | 'ao' | 'fi' | 'fo';

/** What `tests/eval/embedder-variants.mjs` compares; the first is the measure for the others. */
export const E5_VARIANTS = ['fp32', 'q4', 'q8-blocks', 'uint8', 'int8', 'int7', 'int7-mixed'] as const;
export type E5Variant = (typeof E5_VARIANTS)[number];

/** The fastest whose vectors all agree with those of fp32 (cosine at least 0.99). */
const PRODUCT_VARIANT: E5Variant = 'int7-mixed';

/**
 * In these layers a few inputs of the second feed-forward projection are far larger than the rest, and one scale
 * for all of them costs the others their precision: two projections of 48 carry most of the error of eight bits.
 */
const LAYERS_WITH_OUTLIERS: readonly number[] = [4, 5];

function variantOf(variant: E5Variant, layer: number, projection: Projection): LinearVariant {
  if (variant !== 'int7-mixed') return variant;
  return projection === 'fo' && LAYERS_WITH_OUTLIERS.includes(layer) ? 'fp32' : 'int7';
}

/** The name of the graph's output: one vector for each token, which the caller averages and normalises. */
const OUTPUT = 'last_hidden_state';

/**
 * Writes multilingual-e5-small as an ONNX model with ONNX Runtime's fused operators. The same input gives the same
 * bytes on every machine, so the result has a hash that can be pinned. It takes one text at a time.
 */
export function convertE5(input: Buffer, variant: E5Variant = PRODUCT_VARIANT): Uint8Array[] {
  const file = new E5File(input);
  const graph = new OnnxGraph('multilingual-e5-small');
  let state = addEmbeddings(graph, file);
  for (let layer = 0; layer < file.layers; layer += 1) state = addLayer(graph, file, variant, layer, state);
  return graph.finish(['input_ids'], { name: OUTPUT, width: file.hidden });
}

/** The vocabulary stays in 4 bits: it is looked up, not multiplied, and it is most of the model. */
function addEmbeddings(graph: OnnxGraph, file: E5File): string {
  const { hidden, vocabulary } = file;
  const words = file.matrix('emb.word', vocabulary, hidden);
  const data = graph.constant('emb.w', packNibbles(words.nibbles), [vocabulary, hidden / 2]);
  const scales = graph.constant('emb.s', words.scales, [vocabulary, hidden / BLOCK]);
  const gather = { bits: 4, block_size: BLOCK, gather_axis: 0, quantize_axis: 1 };
  graph.node('GatherBlockQuantized', [data, 'input_ids', scales], 'word', gather, MICROSOFT);

  // The token type is always 0, so its vector is part of every position.
  const type = file.floats('emb.type');
  const positions = file.floats('emb.pos').map((value, i) => value + type[i % hidden]!);
  const one = (name: string, value: bigint): string => graph.constant(name, BigInt64Array.of(value), [1]);
  graph.node('Shape', ['input_ids'], 'length', { start: 1, end: 2 });
  graph.node('Slice', [graph.constant('pos.w', positions, [file.positions, hidden]), one('zero', 0n), 'length', one('axis', 0n)], 'pos');
  graph.node('Add', ['word', 'pos'], 'emb');
  const norm = ['w', 'b'].map((part) => graph.constant(`emb.ln.${part}`, file.floats(`emb.ln.${part}`), [hidden]));
  return graph.node('LayerNormalization', ['emb', ...norm], 'x', { axis: 2, epsilon: { float: file.epsilon } });
}

/**
 * One layer of the encoder. Plain Add and LayerNormalization: ONNX Runtime's fused SkipLayerNormalization takes
 * four times as long on a CPU. No mask: one text is computed at a time.
 */
function addLayer(graph: OnnxGraph, file: E5File, variant: E5Variant, layer: number, state: string): string {
  const { hidden, inner } = file;
  const name = (part: string): string => `l${layer}.${part}`;
  const vector = (part: string): string => {
    const values = file.floats(name(part));
    return graph.constant(name(part), values, [values.length]);
  };
  const matrix = (part: string, rows: number, columns: number): BlockMatrix => file.matrix(name(`${part}.w`), rows, columns);
  const linear = (part: Projection, input: string, weights: BlockMatrix, bias: string): string =>
    addLinear(graph, variantOf(variant, layer, part), input, weights, bias, name(part));
  const normalise = (input: string, skip: string, part: string, output: string): string => {
    const sum = graph.node('Add', [input, skip], `${name(part)}.sum`);
    const attributes = { axis: 2, epsilon: { float: file.epsilon } };
    return graph.node('LayerNormalization', [sum, vector(`${part}.w`), vector(`${part}.b`)], output, attributes);
  };

  const heads = ['q', 'k', 'v'];
  const weights = joinRows(heads.map((part) => matrix(part, hidden, hidden)));
  const bias = Float32Array.from(heads.flatMap((part) => [...file.floats(name(`${part}.b`))]));
  const projected = linear('qkv', state, weights, graph.constant(name('qkv.b'), bias, [bias.length]));
  graph.node('Split', [projected], heads.map(name), { axis: 2, num_outputs: 3 });
  graph.node('MultiHeadAttention', heads.map(name), name('attention'), { num_heads: file.heads }, MICROSOFT);
  const attention = linear('ao', name('attention'), matrix('ao', hidden, hidden), vector('ao.b'));
  const attended = normalise(attention, state, 'aln', name('attended'));

  const widened = linear('fi', attended, matrix('fi', inner, hidden), vector('fi.b'));
  graph.node('Gelu', [widened], name('gelu'), {}, MICROSOFT);
  const narrowed = linear('fo', name('gelu'), matrix('fo', hidden, inner), vector('fo.b'));
  return normalise(narrowed, attended, 'oln', layer === file.layers - 1 ? OUTPUT : name('out'));
}
