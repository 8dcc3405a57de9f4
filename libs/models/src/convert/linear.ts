import { BLOCK, type BlockMatrix } from './e5-file.js';
import { MICROSOFT, type OnnxGraph } from './onnx-graph.js';
import { dequantise, packNibbles, quantiseRows, transpose } from './quantise.js';

/**
 * How a projection is computed. `int7` are eight bits of which seven are used: the sum of two products then fits
 * into the 16 bits that processors without VNNI add in. With all eight it is cut off there, and the same text would
 * have another vector on another machine.
 */
export type LinearVariant = 'fp32' | 'q4' | 'q8-blocks' | 'int8' | 'int7' | 'uint8';

/** Adds `output = input × weightsᵀ + bias` to the graph. */
export function addLinear(graph: OnnxGraph, variant: LinearVariant, input: string, weights: BlockMatrix, bias: string, output: string): string {
  const linear: Linear = { graph, input, weights, bias, output };
  switch (variant) {
    case 'fp32':
      return addFloat(linear);
    case 'q4':
      return addBlocks(linear, 4, packNibbles(weights.nibbles));
    case 'q8-blocks':
      // The very weights of 4 bit, written in 8: some processors compute these faster.
      return addBlocks(linear, 8, weights.nibbles.map((nibble) => nibble - 8 + 128));
    case 'int8':
      return addDynamic(linear, 127, 0);
    case 'int7':
      return addDynamic(linear, 63, 0);
    case 'uint8':
      return addDynamic(linear, 127, 128);
  }
}

interface Linear {
  graph: OnnxGraph;
  input: string;
  weights: BlockMatrix;
  bias: string;
  output: string;
}

function addFloat({ graph, input, weights, bias, output }: Linear): string {
  const { rows, columns } = weights;
  const values = transpose(dequantise(weights), rows, columns, new Float32Array(rows * columns));
  const product = graph.node('MatMul', [input, graph.constant(`${output}.w`, values, [columns, rows])], `${output}.product`);
  return graph.node('Add', [product, bias], output);
}

function addBlocks({ graph, input, weights, bias, output }: Linear, bits: number, packed: Uint8Array): string {
  const { rows, columns, scales } = weights;
  const data = graph.constant(`${output}.w`, packed, [rows, columns / BLOCK, (BLOCK * bits) / 8]);
  const inputs = [input, data, graph.constant(`${output}.s`, scales, [scales.length]), '', '', bias];
  return graph.node('MatMulNBits', inputs, output, { K: columns, N: rows, bits, block_size: BLOCK, accuracy_level: 4 }, MICROSOFT);
}

/** Eight bits with one scale for each output; the input is quantised when it is there. */
function addDynamic({ graph, input, weights, bias, output }: Linear, limit: number, zeroPoint: number): string {
  const { rows, columns } = weights;
  const { values, scales } = quantiseRows(dequantise(weights), rows, columns, limit);
  const signed = transpose(values, rows, columns, new Int8Array(values.length));
  const data = zeroPoint === 0 ? signed : Uint8Array.from(signed, (value) => value + zeroPoint);
  const zeros = zeroPoint === 0 ? new Int8Array(rows) : new Uint8Array(rows).fill(zeroPoint);
  const inputs = [
    input,
    graph.constant(`${output}.w`, data, [columns, rows]),
    graph.constant(`${output}.s`, scales, [rows]),
    graph.constant(`${output}.z`, zeros, [rows]),
    bias,
  ];
  return graph.node('DynamicQuantizeMatMul', inputs, output, {}, MICROSOFT);
}
