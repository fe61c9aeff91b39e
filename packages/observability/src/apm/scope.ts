/** The name under which this package traces and measures. */
export const SCOPE = 'tta-observability-integration';
