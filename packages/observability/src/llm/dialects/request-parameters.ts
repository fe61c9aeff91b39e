import { countField, field, isPlainObject, listOf, textField } from '../fields.ts';
import { snakeOf } from './spelling.ts';

/** What a request asks of the model beside its prompt. A parameter that the request leaves out is undefined. */
export interface RequestParameters {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly maxTokens?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly seed?: number;
  /** How many answers it asks for. */
  readonly choices?: number;
  readonly stopSequences?: readonly string[];
  /** How much the model is to reason, in the provider's word. */
  readonly reasoningLevel?: string;
  /** How many numbers each vector of an embedding is to have. */
  readonly dimensions?: number;
  readonly encodingFormats?: readonly string[];
  /** Stated if the answer is to be JSON. */
  readonly outputType?: 'json';
}

type Mutable = { -readonly [Name in keyof RequestParameters]: RequestParameters[Name] };

/** Fields that hold more parameters, in the requests of some provider. */
const NESTED: readonly string[] = [
  ...['config', 'generationConfig', 'generation_config', 'parameters', 'completion_args', 'options', 'reasoning'],
  ...['textGenerationConfig', 'inferenceConfig', 'thinkingConfig', 'thinking_config', 'output_config'],
];

/** How many levels deep parameters stand: `config.thinkingConfig.thinkingLevel`. */
const DEEPEST = 3;

const LONGEST_WORD = 64;

/** Reads the parameters of a request, under the names that providers give them. May throw. */
export function readParameters(request: object): RequestParameters {
  const parameters: Mutable = {};
  readInto(parameters, request, DEEPEST);
  return parameters;
}

/** Goes through the fields that a request has, because looking for every one that it might have takes several times as long. */
function readInto(parameters: Mutable, fields: object, depth: number): void {
  for (const name of Object.keys(fields)) {
    const read = READERS.get(name);
    if (read !== undefined) read(parameters, fields, name);
    else if (depth > 1 && NESTED.includes(name)) {
      const nested = field(fields, name);
      if (isPlainObject(nested)) readInto(parameters, nested, depth - 1);
    }
  }
}

type Read = (parameters: Mutable, fields: object, name: string) => void;

type NumberName = { [Name in keyof Mutable]-?: Mutable[Name] extends number | undefined ? Name : never }[keyof Mutable];

const numberInto =
  (target: NumberName): Read =>
  (parameters, fields, name) => {
    const value = field(fields, name);
    if (typeof value === 'number' && Number.isFinite(value)) parameters[target] = value;
  };

const countInto =
  (target: NumberName): Read =>
  (parameters, fields, name) => {
    const count = countField(fields, name);
    if (count !== undefined) parameters[target] = count;
  };

const textsInto =
  (target: 'stopSequences' | 'encodingFormats'): Read =>
  (parameters, fields, name) => {
    const stated = field(fields, name);
    const texts = (typeof stated === 'string' ? [stated] : listOf(stated)).filter((text) => typeof text === 'string');
    if (texts.length > 0) parameters[target] = texts;
  };

const readReasoning: Read = (parameters, fields, name) => {
  const level = textField(fields, name);
  if (level !== undefined && level.length <= LONGEST_WORD) parameters.reasoningLevel = level.toLowerCase();
};

/** By the name of the field in camelCase; each is read in snake_case too. */
const BY_NAME: Readonly<Record<string, Read>> = {
  temperature: numberInto('temperature'),
  topP: numberInto('topP'),
  topK: numberInto('topK'),
  maxTokens: countInto('maxTokens'),
  maxCompletionTokens: countInto('maxTokens'),
  maxOutputTokens: countInto('maxTokens'),
  maxNewTokens: countInto('maxTokens'),
  maxTokenCount: countInto('maxTokens'),
  maxGenLen: countInto('maxTokens'),
  numPredict: countInto('maxTokens'),
  frequencyPenalty: numberInto('frequencyPenalty'),
  presencePenalty: numberInto('presencePenalty'),
  seed: countInto('seed'),
  n: countInto('choices'),
  candidateCount: countInto('choices'),
  stop: textsInto('stopSequences'),
  stopSequences: textsInto('stopSequences'),
  reasoningEffort: readReasoning,
  effort: readReasoning,
  thinkingLevel: readReasoning,
  dimensions: countInto('dimensions'),
  outputDimension: countInto('dimensions'),
  outputDimensionality: countInto('dimensions'),
  encodingFormat: textsInto('encodingFormats'),
  embeddingTypes: textsInto('encodingFormats'),
};

const READERS: ReadonlyMap<string, Read> = new Map(
  Object.entries(BY_NAME).flatMap(([name, read]) => [
    [name, read],
    [snakeOf(name), read],
  ]),
);
