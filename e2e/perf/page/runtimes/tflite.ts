// Writes an encoder as a .tflite model: the tables that convolutions need of TensorFlow Lite's schema
// (tensorflow/lite/schema/schema.fbs), by the numbers of their fields there. Channels come last, as in our graphs.

import { Builder } from 'flatbuffers';
import { type Layer, transposed, type Weights } from './layers.ts';

const version = 3;
const operations = { addition: 0, convolution: 3, depthwise: 4 } as const;
const optionKinds = { addition: 11, convolution: 1, depthwise: 2 } as const;
const activations = { none: 0, relu: 1, relu6: 3 } as const;
/** The order of the model's operator codes. */
const codes = ['addition', 'convolution', 'depthwise'] as const;

/** `side`: px of the square input, 1 x side x side x 3. */
export function tfliteModel(layers: readonly Layer[], side: number): Uint8Array<ArrayBuffer> {
  return new TfliteWriter().model(layers, side);
}

class TfliteWriter {
  readonly #builder = new Builder(1 << 20);
  readonly #tensors: number[] = [];
  /** The first is empty, for tensors without values. */
  readonly #buffers: number[] = [this.#table(1, () => {})];
  readonly #indices = new Map<string, number>();
  readonly #shapes = new Map<string, readonly number[]>();

  model(layers: readonly Layer[], side: number): Uint8Array<ArrayBuffer> {
    const input = this.#tensor('input', [1, side, side, 3]);
    const operators = layers.map((layer) => this.#operator(layer));
    const output = this.#indices.get(layers.at(-1)?.name ?? '') ?? 0;
    const builder = this.#builder;
    const [tensors, inputs, outputs, operatorList] = [
      this.#offsets(this.#tensors),
      this.#ints([input]),
      this.#ints([output]),
      this.#offsets(operators),
    ];
    const subgraph = this.#table(5, () => {
      builder.addFieldOffset(0, tensors, 0);
      builder.addFieldOffset(1, inputs, 0);
      builder.addFieldOffset(2, outputs, 0);
      builder.addFieldOffset(3, operatorList, 0);
    });
    const operatorCodes = this.#offsets(
      codes.map((code) =>
        this.#table(4, () => {
          builder.addFieldInt8(0, operations[code], 0);
          builder.addFieldInt32(2, 1, 1);
          builder.addFieldInt32(3, operations[code], 0);
        }),
      ),
    );
    const subgraphs = this.#offsets([subgraph]);
    const buffers = this.#offsets(this.#buffers);
    const model = this.#table(5, () => {
      builder.addFieldInt32(0, version, 0);
      builder.addFieldOffset(1, operatorCodes, 0);
      builder.addFieldOffset(2, subgraphs, 0);
      builder.addFieldOffset(4, buffers, 0);
    });
    builder.finish(model, 'TFL3');
    return builder.asUint8Array().slice();
  }

  #operator(layer: Layer): number {
    const inputs = layer.kind === 'addition' ? layer.inputs.map((name) => this.#index(name)) : this.#operands(layer);
    const output = this.#tensor(layer.name, this.#shapeAfter(layer));
    const builder = this.#builder;
    const options = this.#options(layer);
    const [inputList, outputList] = [this.#ints(inputs), this.#ints([output])];
    return this.#table(5, () => {
      builder.addFieldInt32(0, codes.indexOf(layer.kind), 0);
      builder.addFieldOffset(1, inputList, 0);
      builder.addFieldOffset(2, outputList, 0);
      builder.addFieldInt8(3, optionKinds[layer.kind], 0);
      builder.addFieldOffset(4, options, 0);
    });
  }

  /** Input, kernel and bias of a convolution. */
  #operands({ kind, name, input, kernel, bias }: Exclude<Layer, { kind: 'addition' }>): number[] {
    const weights = transposed(kernel, kind === 'depthwise' ? [3, 0, 1, 2] : [3, 0, 1, 2]);
    return [
      this.#index(input),
      this.#tensor(`${name}/kernel`, weights.shape, weights),
      this.#tensor(`${name}/bias`, bias.shape, bias),
    ];
  }

  /** Padding 0 is SAME; a depthwise convolution says how many channels each channel becomes before its activation. */
  #options(layer: Layer): number {
    const builder = this.#builder;
    if (layer.kind === 'addition') return this.#table(1, () => {});
    const after = layer.kind === 'depthwise' ? 1 : 0;
    return this.#table(7, () => {
      builder.addFieldInt32(1, layer.stride, 0);
      builder.addFieldInt32(2, layer.stride, 0);
      if (after === 1) builder.addFieldInt32(3, 1, 0);
      builder.addFieldInt8(3 + after, activations[layer.activation], 0);
    });
  }

  #shapeAfter(layer: Layer): number[] {
    const [batch = 1, rows = 1, columns = 1, channels = 1] =
      this.#shapes.get(layer.kind === 'addition' ? layer.inputs[0] : layer.input) ?? [];
    if (layer.kind === 'addition') return [batch, rows, columns, channels];
    const along = (px: number) => Math.ceil(px / layer.stride);
    return [batch, along(rows), along(columns), layer.bias.shape[0] ?? channels];
  }

  #index(name: string): number {
    const index = this.#indices.get(name);
    if (index === undefined) throw new Error(`The encoder uses ${name} before it is there.`);
    return index;
  }

  #tensor(name: string, shape: readonly number[], weights?: Weights): number {
    const builder = this.#builder;
    const buffer = weights === undefined ? 0 : this.#buffer(weights.values);
    const [shapeList, nameText] = [this.#ints(shape), builder.createString(name)];
    this.#tensors.push(
      this.#table(4, () => {
        builder.addFieldOffset(0, shapeList, 0);
        builder.addFieldInt32(2, buffer, 0);
        builder.addFieldOffset(3, nameText, 0);
      }),
    );
    this.#indices.set(name, this.#tensors.length - 1);
    this.#shapes.set(name, shape);
    return this.#tensors.length - 1;
  }

  /** Number of the new buffer; the values lie on multiples of 16 bytes, as the schema asks. */
  #buffer(values: Float32Array): number {
    const builder = this.#builder;
    const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
    builder.startVector(1, values.byteLength, 16);
    for (let k = words.length - 1; k >= 0; k--) builder.writeInt32(words[k] ?? 0);
    const data = builder.endVector();
    // The length counts bytes, not what was written at once.
    this.#buffers.push(this.#table(1, () => builder.addFieldOffset(0, data, 0)));
    return this.#buffers.length - 1;
  }

  #ints(values: readonly number[]): number {
    const builder = this.#builder;
    builder.startVector(4, values.length, 4);
    for (const value of [...values].reverse()) builder.addInt32(value);
    return builder.endVector();
  }

  #offsets(values: readonly number[]): number {
    const builder = this.#builder;
    builder.startVector(4, values.length, 4);
    for (const value of [...values].reverse()) builder.addOffset(value);
    return builder.endVector();
  }

  #table(fields: number, fill: () => void): number {
    this.#builder.startObject(fields);
    fill();
    return this.#builder.endObject();
  }
}
