import { OtlpFormatError } from './span.ts';

/** Reads one message of protocol buffers, field by field. */
export class ProtobufReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #wireType = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @returns the number of the next field, or undefined at the end @throws OtlpFormatError */
  next(): number | undefined {
    if (this.#at >= this.#bytes.length) return undefined;
    const tag = this.#varint();
    this.#wireType = Number(tag & 7n);
    return Number(tag >> 3n);
  }

  bytes(): Uint8Array {
    this.#expect(2);
    const length = Number(this.#varint());
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  message(): ProtobufReader {
    return new ProtobufReader(this.bytes());
  }

  text(): string {
    return new TextDecoder().decode(this.bytes());
  }

  fixed64(): bigint {
    this.#expect(1);
    return this.#view.getBigUint64(this.#advance(8), true);
  }

  double(): number {
    this.#expect(1);
    return this.#view.getFloat64(this.#advance(8), true);
  }

  /** A number of variable length, with its sign. */
  int64(): number {
    this.#expect(0);
    return Number(BigInt.asIntN(64, this.#varint()));
  }

  skip(): void {
    if (this.#wireType === 0) this.#varint();
    else if (this.#wireType === 1) this.#advance(8);
    else if (this.#wireType === 2) this.#advance(Number(this.#varint()));
    else if (this.#wireType === 5) this.#advance(4);
    else throw new OtlpFormatError(`a field has the unknown wire type ${this.#wireType}`);
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#advance(1)] as number;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new OtlpFormatError('a number is longer than ten bytes');
  }

  /** @returns where the skipped part begins */
  #advance(length: number): number {
    const start = this.#at;
    if (length > this.#bytes.length - start) throw new OtlpFormatError('the message ends within a field');
    this.#at = start + length;
    return start;
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) {
      throw new OtlpFormatError(`a field has the wire type ${this.#wireType} in place of ${wireType}`);
    }
  }
}
