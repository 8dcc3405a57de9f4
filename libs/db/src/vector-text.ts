/** pgvector's text form of a dense vector, with the seven digits that a 32-bit number has. */
export function denseText(vector: ArrayLike<number>): string {
  let text = '[';
  for (let i = 0; i < vector.length; i += 1) text += (i === 0 ? '' : ',') + vector[i]!.toPrecision(7);
  return `${text}]`;
}

/** pgvector's text form of a sparse vector; dimensions ascend from 1. */
export function sparseText(vector: { dimensions: readonly number[]; weights: readonly number[] }): string {
  const pairs = vector.dimensions.map((dimension, index) => `${dimension}:${vector.weights[index]!.toPrecision(7)}`);
  return `{${pairs.join(',')}}/1000000000`;
}
