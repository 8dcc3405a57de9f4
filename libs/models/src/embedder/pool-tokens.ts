/** The mean over each text's tokens, of length one: what E5 models mean by the vector of a text. */
export function poolTokens(states: Float32Array, texts: number, tokens: number): Float32Array {
  const dimensions = states.length / (texts * tokens);
  const vectors = new Float32Array(texts * dimensions);
  for (let text = 0; text < texts; text += 1) {
    const vector = vectors.subarray(text * dimensions, (text + 1) * dimensions);
    for (let at = text * tokens * dimensions; at < (text + 1) * tokens * dimensions; at += dimensions) {
      for (let i = 0; i < dimensions; i += 1) vector[i]! += states[at + i]!;
    }
    normalise(vector);
  }
  return vectors;
}

/** Makes the vector's length one. The mean's division is part of it. */
export function normalise(vector: Float32Array): void {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares) || 1;
  for (let i = 0; i < vector.length; i += 1) vector[i]! /= length;
}
