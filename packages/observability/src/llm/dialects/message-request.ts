import { field, listOf, textField } from '../fields.ts';

/**
 * Fields that requests of one dialect alone have beside `messages`. Several dialects send their conversation under that name, so the other
 * fields identify the dialect.
 */
const OWNERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    anthropic_version: 'anthropic',
    anthropic_beta: 'anthropic',
    betas: 'anthropic',
    stop_sequences: 'anthropic',
    container: 'anthropic',
    mcp_servers: 'anthropic',
    context_management: 'anthropic',
    output_config: 'anthropic',
    output_format: 'anthropic',
    inference_geo: 'anthropic',
    modelId: 'bedrock_converse',
    schemaVersion: 'bedrock_converse',
    inferenceConfig: 'bedrock_converse',
    toolConfig: 'bedrock_converse',
    guardrailConfig: 'bedrock_converse',
    additionalModelRequestFields: 'bedrock_converse',
    format: 'ollama',
    keep_alive: 'ollama',
    options: 'ollama',
    think: 'ollama',
    citation_options: 'cohere',
    citationOptions: 'cohere',
    safety_mode: 'cohere',
    safetyMode: 'cohere',
    strict_tools: 'cohere',
    strictTools: 'cohere',
    p: 'cohere',
    k: 'cohere',
  }),
);

/**
 * The dialect of a request that sends its conversation as `messages`: the one that has a field of its own in it, else
 * `openai_chat`, which most providers speak.
 *
 * @returns undefined for a value without a list of messages, and for one that holds its model as an object, as the AI SDK does
 */
export function messageDialectOf(request: unknown): string | undefined {
  const messages = field(request, 'messages');
  if (!Array.isArray(messages)) return undefined;
  const model = field(request, 'model');
  if (typeof model === 'object' && model !== null) return undefined;
  const owner = ownerOf(request);
  if (owner !== undefined) return owner;
  if (isAnthropic(request, messages)) return 'anthropic';
  if (COMMAND.test(textField(request, 'model') ?? '') && !isForGateway(request, messages)) return 'cohere';
  return hasUntypedBlocks(messages) ? 'bedrock_converse' : 'openai_chat';
}

const CLAUDE = /(^|[./])claude-/;

const COMMAND = /^(command|c4ai)-/;

/** Anthropic requires `max_tokens`. The AI SDK, whose requests have `system` too, has another name for that limit. */
function isAnthropic(request: unknown, messages: readonly unknown[]): boolean {
  if (field(listOf(field(request, 'tools'))[0], 'input_schema') !== undefined) return true;
  if (typeof field(request, 'max_tokens') !== 'number') return false;
  if (field(request, 'system') !== undefined) return true;
  return CLAUDE.test(textField(request, 'model') ?? '') && !isForGateway(request, messages);
}

/** A gateway takes chat completions for the same models, with the instructions among the messages. */
function isForGateway(request: unknown, messages: readonly unknown[]): boolean {
  return field(messages[0], 'role') === 'system' || field(request, 'stream_options') !== undefined;
}

/** Bedrock names the model of a request in its URL, and its blocks of content have no `type`. */
function hasUntypedBlocks(messages: readonly unknown[]): boolean {
  const block = listOf(field(messages[0], 'content'))[0];
  return typeof block === 'object' && block !== null && field(block, 'type') === undefined;
}

/** The dialect that alone has some field of a request; undefined for a request of common fields. */
export function ownerOf(request: unknown): string | undefined {
  if (typeof request !== 'object' || request === null) return undefined;
  for (const name of Object.keys(request)) {
    const owner = OWNERS.get(name);
    if (owner !== undefined && (field(request, name) ?? null) !== null) return owner;
  }
  return undefined;
}
