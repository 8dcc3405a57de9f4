/** The mean over a text's tokens, of length one: what E5 models mean by the vector of a text. */
export function poolTokens(states: Float32Array, tokens: number): Float32Array {
  const dimensions = states.length / tokens;
  const vector = new Float32Array(dimensions);
  for (let at = 0; at < states.length; at += dimensions) {
    for (let i = 0; i < dimensions; i += 1) vector[i]! += states[at + i]!;
  }
  normalise(vector);
  return vector;
}

/** Makes the vector's length one. The mean's division is part of it. */
export function normalise(vector: Float32Array): void {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares) || 1;
  for (let i = 0; i < vector.length; i += 1) vector[i]! /= length;
}
