import { field, isGiven, isObject, listOf } from '../fields.ts';

/**
 * Fields that requests of one dialect alone have beside `messages`. Several dialects send their conversation under that name, so the other
 * fields identify the dialect.
 */
const OWNERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    anthropic: [
      ...['anthropic_version', 'anthropic_beta', 'betas', 'stop_sequences', 'container', 'mcp_servers'],
      ...['context_management', 'output_config', 'output_format', 'inference_geo'],
    ],
    bedrock_converse: [
      ...['modelId', 'schemaVersion', 'inferenceConfig', 'toolConfig', 'guardrailConfig'],
      'additionalModelRequestFields',
    ],
    langchain: ['invocationParams'],
    ollama: ['format', 'keep_alive', 'options', 'think'],
    cohere: [
      ...['citation_options', 'citationOptions', 'safety_mode', 'safetyMode', 'strict_tools', 'strictTools', 'p', 'k'],
    ],
  }).flatMap(([dialect, fields]) => fields.map((field) => [field, dialect] as const)),
);

/**
 * The dialect of a request that sends its conversation as `messages`: the one that has a field of its own in it, else
 * `openai_chat`, which most providers speak.
 *
 * @returns undefined for a value without a list of messages, and for one that holds its model as an object, as the AI SDK does
 */
export function messageDialectOf(request: unknown): string | undefined {
  const messages = field(request, 'messages');
  const model = field(request, 'model');
  if (!Array.isArray(messages) || isObject(model)) return undefined;
  const owner = ownerOf(request);
  if (owner !== undefined) return owner;
  const name = typeof model === 'string' ? model : '';
  if (isAnthropic(request, name)) return 'anthropic';
  if (COMMAND.test(name) && !isForGateway(request)) return 'cohere';
  return hasUntypedBlocks(messages) ? 'bedrock_converse' : 'openai_chat';
}

const CLAUDE = /(^|[./])claude-/;

/** Models of Cohere. */
export const COMMAND: RegExp = /^(command|c4ai)-/;

/** Anthropic requires `max_tokens`. The AI SDK, whose requests have `system` too, has another name for that limit. */
function isAnthropic(request: unknown, model: string): boolean {
  if (field(listOf(field(request, 'tools'))[0], 'input_schema') !== undefined) return true;
  if (typeof field(request, 'max_tokens') !== 'number') return false;
  return field(request, 'system') !== undefined || (CLAUDE.test(model) && !isForGateway(request));
}

/** A gateway takes chat completions for the same models, with the instructions among the messages. */
function isForGateway(request: unknown): boolean {
  const [first] = listOf(field(request, 'messages'));
  return field(request, 'stream_options') !== undefined || field(first, 'role') === 'system';
}

/** Bedrock names the model of a request in its URL, and its blocks of content have no `type`. */
function hasUntypedBlocks(messages: readonly unknown[]): boolean {
  const block = listOf(field(messages[0], 'content'))[0];
  return isObject(block) && field(block, 'type') === undefined;
}

/** The dialect that alone has some field of a request; undefined for a request of common fields. */
export function ownerOf(request: unknown): string | undefined {
  if (!isObject(request)) return undefined;
  for (const name in request) {
    const owner = OWNERS.get(name);
    if (owner !== undefined && isGiven(field(request, name))) return owner;
  }
  return undefined;
}
