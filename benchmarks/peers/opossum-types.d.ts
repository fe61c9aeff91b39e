/** The part of opossum that is put to the test; the package has no types of its own. */
declare module 'opossum' {
  interface Options {
    readonly timeout: number | false;
    readonly resetTimeout?: number;
    readonly errorThresholdPercentage?: number;
    readonly volumeThreshold?: number;
    readonly abortController?: AbortController;
    readonly enableSnapshots?: boolean;
    readonly state?: unknown;
  }

  export default class CircuitBreaker<Arguments extends readonly unknown[]> {
    constructor(action: (...parameters: Arguments) => unknown, options: Options);
    readonly opened: boolean;
    readonly halfOpen: boolean;
    fire(...parameters: Arguments): Promise<unknown>;
    on(event: 'open' | 'halfOpen' | 'close', listener: () => void): this;
    toJSON(): { readonly state: unknown };
  }
}
