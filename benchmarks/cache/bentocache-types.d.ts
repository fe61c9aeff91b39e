/** The part of bentocache that is measured; its own types need packages that are not installed. */
interface Layer {
  readonly isLayer: true;
}

interface Store {
  useL1Layer(layer: Layer): Store;
  useL2Layer(layer: Layer): Store;
}

export function bentostore(): Store;

export class BentoCache {
  constructor(options: { readonly default: string; readonly stores: Readonly<Record<string, Store>> });
  getOrSet(options: {
    readonly key: string;
    readonly factory: () => Promise<unknown>;
    readonly ttl: string;
  }): Promise<unknown>;
}

export function memoryDriver(options?: { readonly serialize: boolean; readonly maxItems: number }): Layer;

export function redisDriver(options: { readonly connection: object; readonly prefix?: string }): Layer;
