// Writes an encoder as an ONNX model (https://onnx.ai/onnx/repo-docs/IR.html): the few messages of its protocol buffers
// that convolutions need, by their field numbers in onnx.proto3. Channels come first there.

import { type Convolution, type Layer, transposed, type Weights } from './layers.ts';

/** A message under way: bytes of its fields. */
type Message = Uint8Array[];

const irVersion = 8;
const opset = 13;
const floatType = 1;
const attributeTypes = { int: 2, string: 3, ints: 7 } as const;
const text = new TextEncoder();

/** `side`: px of the square input, 1 x 3 x side x side. */
export function onnxModel(layers: readonly Layer[], side: number): Uint8Array<ArrayBuffer> {
  const graph: Message = [];
  graph.push(stringField(2, 'encoder'));
  for (const layer of layers) {
    if (layer.kind === 'addition') graph.push(node('Add', layer.inputs, layer.name));
    else graph.push(...convolution(layer));
  }
  graph.push(initializer('zero', { shape: [], values: new Float32Array([0]) }));
  graph.push(initializer('six', { shape: [], values: new Float32Array([6]) }));
  graph.push(port(11, 'input', [1, 3, side, side]), port(12, layers.at(-1)?.name ?? '', null));
  const opsetImport = messageField(8, [stringField(1, ''), intField(2, opset)]);
  return joined([intField(1, irVersion), opsetImport, messageField(7, graph)]);
}

function convolution({ kind, name, input, kernel, bias, stride, activation }: Convolution): Uint8Array[] {
  const plain = activation === 'none' ? name : `${name}/plain`;
  // Both kinds become out x in a group x rows x columns; a depthwise one has a group a channel.
  const weights = transposed(kernel, kind === 'depthwise' ? [2, 3, 0, 1] : [3, 2, 0, 1]);
  const [, , rows = 1, columns = 1] = weights.shape;
  const parts = [
    initializer(`${name}/kernel`, weights),
    initializer(`${name}/bias`, bias),
    node('Conv', [input, `${name}/kernel`, `${name}/bias`], plain, [
      attribute('auto_pad', 'string', [stringField(4, 'SAME_UPPER')]),
      attribute('group', 'int', [intField(3, kind === 'depthwise' ? (weights.shape[0] ?? 1) : 1)]),
      attribute('kernel_shape', 'ints', [intField(8, rows), intField(8, columns)]),
      attribute('strides', 'ints', [intField(8, stride), intField(8, stride)]),
    ]),
  ];
  if (activation === 'relu') parts.push(node('Relu', [plain], name));
  if (activation === 'relu6') parts.push(node('Clip', [plain, 'zero', 'six'], name));
  return parts;
}

function node(operation: string, inputs: readonly string[], output: string, attributes: Uint8Array[] = []) {
  return messageField(1, [
    ...inputs.map((input) => stringField(1, input)),
    stringField(2, output),
    stringField(3, output),
    stringField(4, operation),
    ...attributes,
  ]);
}

function attribute(name: string, type: keyof typeof attributeTypes, value: Uint8Array[]): Uint8Array {
  return messageField(5, [stringField(1, name), ...value, intField(20, attributeTypes[type])]);
}

function initializer(name: string, { shape, values }: Weights): Uint8Array {
  return messageField(5, [
    ...shape.map((side) => intField(1, side)),
    intField(2, floatType),
    stringField(8, name),
    bytesField(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  ]);
}

/** An input or output; without a shape the runtime finds it out. */
function port(field: number, name: string, shape: readonly number[] | null): Uint8Array {
  const sides =
    shape === null
      ? []
      : [
          messageField(
            2,
            shape.map((side) => messageField(1, [intField(1, side)])),
          ),
        ];
  return messageField(field, [
    stringField(1, name),
    messageField(2, [messageField(1, [intField(1, floatType), ...sides])]),
  ]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  while (left > 127) {
    bytes.push((left % 128) | 128);
    left = Math.floor(left / 128);
  }
  return [...bytes, left];
}

const intField = (field: number, value: number) => Uint8Array.from([...varint(field * 8), ...varint(value)]);
const bytesField = (field: number, bytes: Uint8Array) =>
  joined([Uint8Array.from([...varint(field * 8 + 2), ...varint(bytes.length)]), bytes]);
const stringField = (field: number, value: string) => bytesField(field, text.encode(value));
const messageField = (field: number, message: Message) => bytesField(field, joined(message));

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
