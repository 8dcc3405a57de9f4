/** The wire format of protocol buffers, as far as an ONNX model needs it: pieces that are joined at the end. */
export class Message {
  readonly pieces: Uint8Array[] = [];
  lengthBytes = 0;

  integer(field: number, value: number): this {
    return this.#add(varint(field * 8)).#add(varint(value));
  }

  float(field: number, value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value);
    return this.#add(varint(field * 8 + 5)).#add(bytes);
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#add(varint(field * 8 + 2)).#add(varint(value.length)).#add(value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value));
  }

  message(field: number, value: Message): this {
    this.#add(varint(field * 8 + 2)).#add(varint(value.lengthBytes));
    for (const piece of value.pieces) this.#add(piece);
    return this;
  }

  #add(piece: Uint8Array): this {
    this.pieces.push(piece);
    this.lengthBytes += piece.length;
    return this;
  }
}

/** Little groups of seven bits, least first. Division, not shifts: lengths and integers may pass 31 bits. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
