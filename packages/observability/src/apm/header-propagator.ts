import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import type { CoreSdk } from './sdk.ts';

/** Hands traces and baggage to other services in the headers of W3C. The SDK for it is loaded for the first request. */
export class HeaderPropagator implements TextMapPropagator {
  readonly #load: () => CoreSdk;
  #loaded: TextMapPropagator | undefined;

  constructor(load: () => CoreSdk) {
    this.#load = load;
  }

  inject<Carrier>(context: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void {
    this.#propagator.inject(context, carrier, setter);
  }

  extract<Carrier>(context: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context {
    return this.#propagator.extract(context, carrier, getter);
  }

  fields(): string[] {
    return this.#propagator.fields();
  }

  get #propagator(): TextMapPropagator {
    this.#loaded ??= propagatorOf(this.#load());
    return this.#loaded;
  }
}

function propagatorOf({ CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator }: CoreSdk) {
  return new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] });
}
