import { Message } from './protobuf.js';

type TensorData = Float32Array | Uint8Array | Int8Array | BigInt64Array;
type Attribute = number | { float: number };

/** Numbers of ONNX's TensorProto.DataType. */
const INT64 = 7;
const FLOAT = 1;
const ATTRIBUTE_FLOAT = 1;
const ATTRIBUTE_INTEGER = 2;
const IR_VERSION = 9;
const OPSET = 18;
export const MICROSOFT = 'com.microsoft';

function dataType(data: TensorData): number {
  if (data instanceof Float32Array) return FLOAT;
  if (data instanceof BigInt64Array) return INT64;
  return data instanceof Int8Array ? 3 : 2;
}

/** An ONNX graph as it is written: constants and nodes in the order in which they were added. */
export class OnnxGraph {
  readonly #graph = new Message();
  readonly #initializers: Message[] = [];

  constructor(private readonly name: string) {}

  constant(name: string, data: TensorData, dimensions: number[]): string {
    const tensor = new Message();
    for (const dimension of dimensions) tensor.integer(1, dimension);
    tensor.integer(2, dataType(data)).text(8, name);
    tensor.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    this.#initializers.push(tensor);
    return name;
  }

  node(operator: string, inputs: string[], outputs: string | string[], attributes: Record<string, Attribute> = {}, domain = ''): string {
    const names = typeof outputs === 'string' ? [outputs] : outputs;
    const node = new Message();
    for (const input of inputs) node.text(1, input);
    for (const output of names) node.text(2, output);
    node.text(3, names[0]!).text(4, operator);
    for (const [key, value] of Object.entries(attributes)) node.message(5, attribute(key, value));
    if (domain !== '') node.text(7, domain);
    this.#graph.message(1, node);
    return names[0]!;
  }

  /** The whole model file, in pieces. */
  finish(inputs: string[], output: { name: string; width: number }): Uint8Array[] {
    this.#graph.text(2, this.name);
    for (const initializer of this.#initializers) this.#graph.message(5, initializer);
    for (const input of inputs) this.#graph.message(11, valueInfo(input, INT64, ['batch', 'sequence']));
    this.#graph.message(12, valueInfo(output.name, FLOAT, ['batch', 'sequence', output.width]));
    const opset = (domain: string, version: number): Message => new Message().text(1, domain).integer(2, version);
    return new Message().integer(1, IR_VERSION).message(7, this.#graph).message(8, opset('', OPSET)).message(8, opset(MICROSOFT, 1)).pieces;
  }
}

function attribute(name: string, value: Attribute): Message {
  const message = new Message().text(1, name);
  if (typeof value === 'number') return message.integer(3, value).integer(20, ATTRIBUTE_INTEGER);
  return message.float(2, value.float).integer(20, ATTRIBUTE_FLOAT);
}

function valueInfo(name: string, type: number, dimensions: (string | number)[]): Message {
  const shape = new Message();
  for (const size of dimensions) shape.message(1, typeof size === 'number' ? new Message().integer(1, size) : new Message().text(2, size));
  return new Message().text(1, name).message(2, new Message().message(1, new Message().integer(1, type).message(2, shape)));
}
