/** What an import may weigh: minified and compressed, without the dependencies and peers of its package. */
export interface SizeLimit {
  readonly title: string;
  readonly code: string;
  /** In kilobytes of 1,000 bytes. */
  readonly limitKb: number;
}

const everything = (specifier: string, limitKb: number): SizeLimit => ({
  title: `${specifier}, all`,
  code: `export * from '${specifier}'`,
  limitKb,
});

const named = (names: string, specifier: string, limitKb: number): SizeLimit => ({
  title: `${specifier} { ${names} }`,
  code: `export { ${names} } from '${specifier}'`,
  limitKb,
});

const CORE = 'tta-observability-integration';

/** Each import path as a whole, and what a program pays that imports one name of a large one. Lower a limit when a size falls. */
export const SIZE_LIMITS: readonly SizeLimit[] = [
  everything('tta-dev-primitives', 30),
  named('step', 'tta-dev-primitives', 14),
  named('RetryPrimitive', 'tta-dev-primitives', 23),
  named('failureOf', 'tta-dev-primitives', 8),
  everything('tta-dev-primitives/testing', 14.5),
  everything(CORE, 39),
  everything(`${CORE}/primitives`, 157),
  named('TimeoutPrimitive', `${CORE}/primitives`, 17),
  named('RouterPrimitive', `${CORE}/primitives`, 84.5),
  named('CachePrimitive', `${CORE}/primitives`, 95),
  named('LimitPrimitive', `${CORE}/primitives`, 77.5),
  named('CascadePrimitive', `${CORE}/primitives`, 77.5),
  everything(`${CORE}/llm`, 79),
  named('usageOf', `${CORE}/llm`, 44),
  everything(`${CORE}/learning`, 14),
  everything(`${CORE}/telemetry`, 11.5),
  everything(`${CORE}/http`, 14.5),
  ...['fetch', 'openai', 'anthropic', 'bedrock', 'google', 'ai-sdk', 'langchain'].map((adapter) =>
    everything(`${CORE}/${adapter}`, 129.5),
  ),
  everything('tta-evaluation', 120),
  everything('tta-conformance', 19),
  everything('tta-dashboard', 85),
];

/** A size that was measured. */
export interface MeasuredSize extends SizeLimit {
  readonly gzipBytes: number;
}

/** The imports that weigh more than they may. */
export function sizeFindings(sizes: readonly MeasuredSize[]): string[] {
  return sizes
    .filter(({ gzipBytes, limitKb }) => gzipBytes > limitKb * 1_000)
    .map(
      ({ title, gzipBytes, limitKb }) =>
        `${title}: ${kilobytes(gzipBytes)} compressed, and at most ${limitKb} kB are allowed`,
    );
}

/** `37.2 kB`: rounded up, because a limit is. */
export function kilobytes(bytes: number): string {
  return `${(Math.ceil(bytes / 100) / 10).toFixed(1)} kB`;
}
