import type { webcrypto } from 'node:crypto';

/** The types of Effect name these as a browser has them; Node.js has them in `node:crypto`. */
declare global {
  type CryptoKey = webcrypto.CryptoKey;
  type JsonWebKey = webcrypto.JsonWebKey;
}
