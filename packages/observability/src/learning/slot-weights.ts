const LEVELS = 127;

/** The weights of the slots of one head, as they are kept in a file: one byte each. */
export interface PackedSlots {
  /** The largest absolute weight. */
  readonly scale: number;
  /** Base64 of one signed byte per slot: the square root of the weight as a share of `scale`, in 127ths, with the weight's sign. */
  readonly slots: string;
}

/** Packs the weights of slots; small weights, which are most of them, keep more of their digits than large ones. */
export function packSlots(weights: Float32Array): PackedSlots {
  const scale = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const bytes = Int8Array.from(weights, (weight) =>
    scale === 0 ? 0 : Math.round(Math.sign(weight) * Math.sqrt(Math.abs(weight) / scale) * LEVELS),
  );
  return { scale, slots: Buffer.from(bytes.buffer).toString('base64') };
}

/** The weights of slots, unpacked. */
export function unpackSlots({ scale, slots }: PackedSlots): Float32Array {
  const bytes = Buffer.from(slots, 'base64');
  const weights = new Float32Array(bytes.length);
  for (let slot = 0; slot < bytes.length; slot += 1) {
    const level = ((bytes[slot] as number) << 24) >> 24; // a signed byte
    weights[slot] = (Math.sign(level) * level * level * scale) / (LEVELS * LEVELS);
  }
  return weights;
}

/** How many weights a base64 text holds, without decoding it. */
export function packedLength(slots: string): number {
  return (slots.length / 4) * 3 - (slots.endsWith('==') ? 2 : slots.endsWith('=') ? 1 : 0);
}
