/** The bodies of responses that have come whole. */
export const wholeBodies: WeakMap<object, Uint8Array<ArrayBuffer>> = new WeakMap();
