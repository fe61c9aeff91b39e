import { isPlainObject } from '../key/plain-object.ts';

/** Where providers and clients keep the parameters of a request, if not at its top. */
const PLACES = ['config', 'generationConfig', 'inferenceConfig', 'options', 'settings'] as const;

/** Whether a request asks a model for the same answer every time: at temperature 0, or with a seed. */
export function isDeterministic(input: unknown): boolean {
  if (!isPlainObject(input)) return false;
  return [input, ...PLACES.map((place) => input[place])].some(
    (parameters) =>
      isPlainObject(parameters) &&
      (parameters['temperature'] === 0 || (parameters['seed'] !== undefined && parameters['seed'] !== null)),
  );
}
